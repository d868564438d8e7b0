from . import document, policy, portal, statement, verification
from . import document, portal, questionnaire, statement, verification
from . import contractor, document, portal, statement, verification
