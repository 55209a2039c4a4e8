"""Runs VBA in LibreOffice: a program for a Python that has LibreOffice's uno.

Reads {"office": [program, its arguments, …], "modules": {name: source}, "calls": [name, …]} as JSON
from the standard input and writes what the calls answer, as JSON too. Only Calc's Basic with its support
of VBA runs here, not Excel: it shows that the code does what it says, not that Excel compiles it.
"""

import json
import subprocess
import sys
import time
import uuid

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

LIBRARY = "Standard"


def main():
    wanted = json.load(sys.stdin)
    pipe = f"creditcells{uuid.uuid4().hex}"
    command = [*wanted["office"], f"--accept=pipe,name={pipe};urp;"]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        desktop = connected(pipe)
        try:
            answers = run(desktop, wanted)
        finally:
            desktop.terminate()
        program.wait(30)
    finally:
        program.kill()
    json.dump(answers, sys.stdout)


def connected(pipe):
    local = uno.getComponentContext()
    find = "com.sun.star.bridge.UnoUrlResolver"
    resolver = local.ServiceManager.createInstanceWithContext(find, local)
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    for _ in range(300):
        try:
            context = resolver.resolve(address)
        except NoConnectException:
            time.sleep(0.2)
        else:
            manager = context.ServiceManager
            return manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise TimeoutError("LibreOffice does not answer.")


def run(desktop, wanted):
    options = []
    for name, value in (("Hidden", True), ("MacroExecutionMode", 4)):
        option = PropertyValue()
        option.Name, option.Value = name, value
        options.append(option)
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, tuple(options))
    libraries = document.BasicLibraries
    if not libraries.hasByName(LIBRARY):
        libraries.createLibrary(LIBRARY)
    library = libraries.getByName(LIBRARY)
    for name, source in wanted["modules"].items():
        library.insertByName(name, source)
    scripts = document.getScriptProvider()
    answers = {}
    for name in wanted["calls"]:
        where = f"vnd.sun.star.script:{LIBRARY}.Probe.{name}?language=Basic&location=document"
        answers[name] = scripts.getScript(where).invoke((), (), ())[0]
    document.close(True)
    return answers


if __name__ == "__main__":
    main()
