"""The one exception of assistance actions."""


class AssistanceRefused(Exception):
    """A rule says no; the message is one Chinese sentence for the person who asked."""
