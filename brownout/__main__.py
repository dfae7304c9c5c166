"""``python -m brownout`` is the same as the ``brownout`` command."""

from brownout.entry import main

main()
