"""The WSGI door that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiqiao_portal.settings")
application = get_wsgi_application()

from yiqiao_portal.accounts.checks import refuse_unsafe_production  # noqa: E402 - needs the apps to be ready

refuse_unsafe_production()
