"""The functions, as xlwings Server looks for them."""

from addin.custom_functions import custom_functions
from addin.server.results import finished
from addin.server.settings import use_environment
from addin.server.threads import in_thread

globals().update(custom_functions(use_environment().lang, in_thread, finished))
