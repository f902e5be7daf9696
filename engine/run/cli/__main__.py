"""``python -m engine.run.cli`` is ``spean``."""

from engine.run.cli import main

if __name__ == "__main__":
    main()
