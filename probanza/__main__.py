"""`python -m probanza`: the same as the command `probanza`."""

import sys

from probanza.cli import main

if __name__ == "__main__":
    sys.exit(main())
