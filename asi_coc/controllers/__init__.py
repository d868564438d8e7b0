from . import document, portal, questionnaire, statement, verification
