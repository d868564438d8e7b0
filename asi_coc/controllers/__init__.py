from . import document, policy, portal, statement, verification
from . import questionnaire
from . import contractor
from . import complaint
