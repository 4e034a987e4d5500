"""Reading what people upload, safely: guard scan, child process, header, cells, answer."""
