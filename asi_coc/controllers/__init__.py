from . import document, policy, portal, statement, verification
