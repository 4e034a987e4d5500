"""The floor of printing: WeasyPrint and nothing else, for a process of its own without Django."""

from weasyprint import CSS, HTML


def bare_pdf(order: tuple[str, list[str]]) -> int:
    """Print one document; only its size comes back."""
    html, styles = order
    return len(HTML(string=html).write_pdf(stylesheets=[CSS(string=text) for text in styles]))
