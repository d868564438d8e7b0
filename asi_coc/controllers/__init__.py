from . import document, policy, portal, statement, verification
from . import questionnaire
from . import contractor
<<<<<<< HEAD
from . import annual_report
=======
from . import complaint
>>>>>>> 6b47013af17afcadfef8f9a10c5bb438a92ed597
