"""`python -m hmcsh` is `hmcsh`."""

import sys

from hmcsh.cli import main

sys.exit(main())
