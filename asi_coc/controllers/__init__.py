from . import document, policy, portal, statement, verification
from . import document, portal, questionnaire, statement, verification
