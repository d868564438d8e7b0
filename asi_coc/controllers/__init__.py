from . import contractor, document, portal, statement, verification
