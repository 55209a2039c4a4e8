"""The functions and the refresh for a whole bank, from one xlwings Server.

xlwings Server needs the extra ``server`` and a licence of its own: see README.md beside this file.
Nothing outside this folder imports it, nor anything of it.
"""
