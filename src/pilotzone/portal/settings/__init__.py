"""Django settings of a zone, gathered from their drawers. Every value a zone may change is a PILOTZONE_* variable."""

from pilotzone.portal.settings.accounts import *  # noqa: F403
from pilotzone.portal.settings.apps import *  # noqa: F403
from pilotzone.portal.settings.database import *  # noqa: F403
from pilotzone.portal.settings.logs import *  # noqa: F403
from pilotzone.portal.settings.pages import *  # noqa: F403
from pilotzone.portal.settings.security import *  # noqa: F403
