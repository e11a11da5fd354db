"""How gunicorn serves the portal: ``gunicorn -c python:yiqiao_portal.serving yiqiao_portal.wsgi:application``."""

import os

from yiqiao_portal.processes import die_with_parent

bind = f"127.0.0.1:{os.environ.get('PORTAL_PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("PORTAL_WORKERS", "2"))
threads = int(os.environ.get("PORTAL_THREADS", "4"))
preload_app = False  # a worker that is restarted loads afresh; connections are never shared between workers
timeout = 120
graceful_timeout = 10
keepalive = 5
limit_request_line = 8190  # a long search in Chinese is three bytes a character, each escaped
# The heartbeat file has no name and no content; on a disk that stalls it would get healthy workers killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True  # it would write into the user's own home


def post_fork(server, worker) -> None:
    """A worker never outlives its master, so no killed portal keeps the port."""
    die_with_parent()
