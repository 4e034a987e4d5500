"""The web server, the same for `make run` and for the container."""

import os

worker_class = "gthread"
workers = int(os.environ.get("QF_WEB_WORKERS", "2"))
threads = 6
timeout = 30
graceful_timeout = 10
# Fresh processes now and then keep a slow leak small; jitter keeps them from ending together.
max_requests = 2000
max_requests_jitter = 400
worker_tmp_dir = "/dev/shm"  # the heartbeat file must not wait for a slow disk
control_socket_disable = True  # two instances on one machine would share its path
