"""Speed and memory, each figure beside a floor taken in the same run."""
