"""Templates and addresses are compiled once a process: nearly every test makes an application of its own.

Of what a test of a page took, four fifths were spent on compiling the same templates once more.
"""

from collections.abc import Callable, Hashable
from types import CodeType

from flask import Flask
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class CompiledOnce(BytecodeCache):
    """What templates were compiled to, by their place and their source: a changed one is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[Hashable, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get(_what_decides(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._compiled[_what_decides(bucket)] = bucket.code


def _what_decides(bucket: Bucket) -> tuple[Hashable, ...]:
    """What the code of a template follows from. Not all applications read templates alike."""
    how = bucket.environment
    escapes = "by name" if callable(how.autoescape) else how.autoescape
    new_style = getattr(how, "newstyle_gettext", None)
    spaces = (how.trim_blocks, how.lstrip_blocks)
    return (bucket.key, bucket.checksum, escapes, new_style, *spaces, *sorted(how.extensions))


def compile_once() -> None:
    """Let every application that this process makes from now on share what was compiled."""
    _share_templates(CompiledOnce())
    _share_builders({})


def _share_templates(compiled: CompiledOnce) -> None:
    create = Flask.create_jinja_environment

    def create_with_it(application: Flask) -> Environment:
        environment = create(application)
        environment.bytecode_cache = compiled
        return environment

    Flask.create_jinja_environment = create_with_it  # type: ignore[method-assign,assignment]


def _share_builders(built: dict[tuple[Hashable, ...], Builder]) -> None:
    """What builds the address of a rule follows from the rule's words alone."""
    compile_builder = Rule._compile_builder

    def compile_builder_once(rule: Rule, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 # Werkzeug's
        defaults = tuple((rule.defaults or {}).items())
        words = (rule.rule, tuple(rule._trace), defaults, append_unknown)
        if words not in built:
            built[words] = compile_builder(rule, append_unknown)
        return built[words]

    Rule._compile_builder = compile_builder_once  # type: ignore[method-assign]
