"""What is shown before a workflow is activated: the recap, the flow, the messages, what is wrong or risky."""
