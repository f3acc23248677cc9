"""The page: a ledger in the browser, rendered on the server, readable without script, with a JSON API beside it.

How to add a page:

1. Write `routes_NAME.py` with `router = APIRouter(include_in_schema=False)` and, where it belongs in the navigation,
   `PLACE = Place("Label", "/address")`. Endpoints are plain `def` (they run in threads), open the ledger with
   `with ledgers(request).open() as ledger:` and end in `return page(request, "NAME.html", ...)`.
2. Add the module to `PAGES` in `app.py`; its place in that tuple is its place in the navigation.
3. Write `templates/NAME.html`, which begins `{% extends "base.html" %}` and fills the blocks `title` and `main`. Whatever
   is printed is escaped, and control and direction characters of a report become visible marks; never use `|safe`.
4. Scripts and styles are files under `static/`: the Content-Security-Policy allows no inline ones (set `hidden`, classes,
   `element.style.x` or SVG attributes instead of `style="..."`).
5. A change is a POST form that answers with `go(request, "/address")`. `guard.py` refuses POSTs of other sites; who decides is
   `who(request)`, asked for once by `need_name(request)`.
6. Confidential reports are hidden unless `sees_confidential(request)`; pass it on as `Query(confidential=...)`.
"""
