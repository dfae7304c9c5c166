"""Entry point. gevent must replace the blocking parts of the standard library before anything else imports them."""

import sys

from gevent import monkey

monkey.patch_all()

from scenarios.generator.process import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
