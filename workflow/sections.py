"""What upper apps add to the case page, without this app knowing them."""

from households.sections import Sections

case_page = Sections()
