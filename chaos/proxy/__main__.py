import sys

from chaos.proxy.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
