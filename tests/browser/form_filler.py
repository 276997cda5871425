"""Fills in the forms of pages as nobody should, and sends them off."""

import re
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Page, expect

# Attributes are read as such, since a field may be called "action".
_FORMS = """() => [...document.forms].map(form => ({
    method: (form.getAttribute('method') ?? 'get').toUpperCase(),
    path: new URL(form.getAttribute('action') ?? '', location).pathname,
    names: [...form.elements].filter(field => field.name).map(field => field.name),
}))"""

_SEND = """([number, way, payloads, sound]) => {
    const form = document.forms[number];
    const fields = [...form.elements].filter(field => field.name);
    const button = [...form.elements].find(field => field.type === 'submit');
    const chosen = new Set();
    let used = 0;
    const hostile = () => payloads[used++ % payloads.length];
    for (const field of fields) {
        const choice = field.type === 'radio' || field.type === 'checkbox';
        if (field.name === 'csrf_token') {
            if (way === 'without token') field.value = hostile();
        } else if (field.type === 'file') {
            const files = new DataTransfer();
            files.items.add(new File(['The port was quiet on Monday.'], hostile() + '.txt'));
            field.files = files.files;
        } else if (way === 'forged' && field.tagName === 'SELECT') {
            field.add(new Option('', hostile(), true, true));
        } else if (way === 'forged' && (choice || field.type === 'hidden' || field === button)) {
            field.value = hostile();
            if (choice) field.checked = true;
        } else if (choice && !field.checked && !chosen.has(field.name)) {
            // The first that does not stand yet, so that something changes.
            field.checked = true;
            chosen.add(field.name);
        } else if (field.tagName === 'SELECT') {
            const other = [...field.options].find(one => one.value && !one.selected);
            if (other) other.selected = true;
        } else if (!choice && field.type !== 'hidden' && field.tagName !== 'BUTTON') {
            const value = way === 'typed' ? sound[field.name.replace(/-[0-9]+$/, '')] : undefined;
            // A field for a day would drop what is none.
            if (field.tagName === 'INPUT' && value === undefined) field.type = 'text';
            field.value = value ?? hostile();
        }
    }
    form.noValidate = true;
    form.requestSubmit(button);
    return used;
}"""

# What is typed where something of one form only is accepted, so that what stands beside it is kept.
_SOUND = {
    "published": "2020-01-07",
    "day": "2020-01-07",
    "since": "2020-01-07",
    "until": "",
    "from": "2020-01-07",
    "to": "",
    "event": "",
    "place": "Tripoli",
    "low": "3",
    "high": "4",
    "code": "HARBOUR",
    "url": "https://press.example/1",
}

# What tells fields apart that a form has many of: a number, or the id of a row.
_NUMBER = re.compile(r"(-\d+|:.*)$")

WAYS = ("typed", "forged", "without token")
"""What is hostile: words that people type; all of a form but its token; all that they type, and the token."""

Kind = tuple[str, frozenset[str]]
"""Which endpoint a form is sent to, and the names of its fields, without numbers."""


@dataclass(frozen=True)
class Form:
    """A form of the page that is open: which one there, and of which kind."""

    number: int
    kind: Kind


class Filler:
    """Sends every kind of form that it meets once in each way, with a payload of its own in each field."""

    def __init__(self, page: Page, application: Flask, payloads: tuple[str, ...]) -> None:
        self.page = page
        self.sent: set[tuple[Kind, str]] = set()
        self.used = 0
        self._addresses = application.url_map.bind("")
        self._payloads = payloads

    def send_all(self) -> list[str]:
        """Send what the page offers, then what its answer offers, and so on; the addresses of the answers."""
        answers = []
        while found := self._unsent():
            self._send(*found)
            answers.append(self.page.url.partition("#")[0])
        return answers

    def endpoints(self) -> set[str]:
        """Those to which something was sent."""
        return {endpoint for (endpoint, _), _ in self.sent}

    def _unsent(self) -> tuple[Form, str] | None:
        for number, form in enumerate(self.page.evaluate(_FORMS)):
            if form["method"] == "DIALOG":
                continue  # it only closes what it stands in
            endpoint, _ = self._addresses.match(form["path"], form["method"])
            names = frozenset(_NUMBER.sub("", name) for name in form["names"])
            for way in WAYS if form["method"] == "POST" else WAYS[:2]:
                if ((endpoint, names), way) not in self.sent:
                    return Form(number, (endpoint, names)), way
        return None

    def _send(self, form: Form, way: str) -> None:
        self.sent.add((form.kind, way))
        start = self.used % len(self._payloads)
        payloads = self._payloads[start:] + self._payloads[:start]
        with self.page.expect_navigation():
            self.used += self.page.evaluate(_SEND, [form.number, way, payloads, _SOUND])
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
