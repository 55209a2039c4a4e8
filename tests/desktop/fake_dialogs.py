"""A person at the ribbon, for tests: answers what was agreed on before, and listens."""

from pathlib import Path


class FakeDialogs:
    """Answers by the order of the questions; what is not answered is cancelled."""

    def __init__(self, *, files=(), new=None, texts=(), yes=False):
        self.files, self.new, self.texts, self.yes = list(files), new, list(texts), yes
        self.questions = []
        self.told = []

    def source_file(self, question, kind):
        self.questions.append((kind, question))
        file = self.files.pop(0) if self.files else None
        return None if file is None else Path(file)

    def new_file(self, question, name):
        self.questions.append((name, question))
        return self.new

    def ask(self, question):
        self.questions.append(question)
        return self.texts.pop(0) if self.texts else None

    def confirm(self, question):
        self.questions.append(question)
        return self.yes

    def tell(self, message):
        self.told.append(message)

    @property
    def message(self):
        (told,) = self.told
        return told
