"""Who may do what: every route and every callback, without a session, with each role, from another site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from accounts import PASSWORD, QUICK
from asking import question
from dash import Dash, html

from pilot_planner import dashboard
from pilot_planner.access.access import Access, Rules
from pilot_planner.access.login_throttle import AttemptRules
from pilot_planner.access.roles import Role
from pilot_planner.dashboard.app import make_app, services_of
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.security import permissions
from pilot_planner.dashboard.security.login_pages import open_doors
from pilot_planner.dashboard.security.proxy_sso import TrustedProxy
from pilot_planner.dashboard.security.request_guard import Guarded
from pilot_planner.dashboard.security.settings import load_settings
from pilot_planner.errors import StoreError
from pilot_planner.store.store import Store

HERE = {"Origin": "http://localhost"}
SSO = {"addresses": ["10.0.0.5"], "user_header": "X-Remote-User", "groups_header": "X-Groups", "roles": {"planners": "plan"}}
BUDGET = "?limits.operating_cost.max=11200000"
EDITED = "?inputs.placements.MNG.construction.market_wage=650"


@pytest.fixture(scope="module")
def access(tmp_path_factory):
    opened = Access.open(
        tmp_path_factory.mktemp("guard") / "accounts.sqlite",
        rules=Rules(QUICK, attempts=AttemptRules(most_per_account=4, most_per_address=1_000)),
    )
    for role in Role:
        opened.add(role.word, role, PASSWORD, by="tests")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lines():
    return []


@pytest.fixture(scope="module")
def app(access, lines, tmp_path_factory):
    store = Store.open(tmp_path_factory.mktemp("guarded") / "plans.sqlite")
    guarded = Guarded(load_settings(proxy=SSO), lambda event, **values: lines.append({"event": event, **values}), access)
    made = make_app(guarded=guarded, store=store)
    made._setup_server()
    yield made
    services_of(made).jobs.close()
    store.close()


@pytest.fixture(scope="module")
def own():
    """The same without accounts, as it runs on a machine of one's own."""
    made = make_app()
    made._setup_server()
    return made


@pytest.fixture
def client(app):
    return app.server.test_client()


@pytest.fixture
def of(app):
    """Makes clients that have logged in."""

    def log_in(role):
        made = app.server.test_client()
        answer = made.post("/log-in", data={"name": role.word, "password": PASSWORD}, headers=HERE)
        assert answer.status_code == 303, answer.text
        return made

    return log_in


def callbacks(app):
    """Every callback that the server answers, as a request of the page names it."""
    return sorted(output for output, one in app.callback_map.items() if one.get("callback") is not None)


def paths(app):
    """An address for each route that is not for everybody."""
    filled = {"<path:path>": "some/where", "<token>": "abc", "<path:filename>": "style.css"}
    found = {}
    for rule in app.server.url_map.iter_rules():
        if rule.rule not in permissions.PUBLIC:
            path = rule.rule
            for hole, value in filled.items():
                path = path.replace(hole, value)
            found[rule.rule] = path
    return found


def asked(client, output, **headers):
    body = {"output": output, "outputs": [], "inputs": [], "changedPropIds": [], "state": []}
    return client.post("/_dash-update-component", json=body, headers={**HERE, **headers})


def request_of(app, output, values):
    """A callback's request as a page sends it, with these values of its inputs and states and none of the others."""

    def filled(parts):
        return [{**one, "value": values.get(f"{one['id']}.{one['property']}")} for one in parts]

    one = app.callback_map[output]
    identity, prop = output.rsplit(".", 1)
    return {
        "output": output,
        "outputs": {"id": identity, "property": prop},
        "inputs": filled(one["inputs"]),
        "state": filled(one["state"]),
        "changedPropIds": list(values),
    }


def plan_of(client, search):
    """What the first callback of a page answers to an address."""
    answer = client.post("/_dash-update-component", json=question(search), headers=HERE)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["response"]["plan"]["data"]


# Every route, every callback, every kind of work is listed.


def test_every_route_is_listed_and_nothing_else(app):
    there = {rule.rule for rule in app.server.url_map.iter_rules()}
    assert there == permissions.PUBLIC | set(permissions.ROUTES)
    assert not permissions.PUBLIC & set(permissions.ROUTES)


def test_every_callback_says_its_least_role(app):
    roles = permissions.roles_by_output(app.callback_map)
    assert set(roles) == set(callbacks(app))
    assert [output for output, role in roles.items() if role is None] == []
    assert len(roles) > 40


def test_every_kind_of_work_is_listed_and_nothing_else():
    def does_work(one):
        return (
            getattr(one, "__module__", "") == job_functions.__name__
            and getattr(one, "__annotations__", {}).get("tell") == "Tell"
        )

    there = {
        name for name, one in vars(job_functions).items() if callable(one) and not name.startswith("_") and does_work(one)
    }
    assert there == set(permissions.WORK)


def test_a_callback_without_a_role_answers_nobody(access, monkeypatch):
    monkeypatch.setattr(permissions, "role_of", lambda function: None)
    made = make_app(guarded=Guarded(load_settings(), lambda event, **values: None, access))
    made._setup_server()
    visits = made.server.test_client()
    visits.post("/log-in", data={"name": Role.ADMINISTER.word, "password": PASSWORD}, headers=HERE)
    assert visits.get("/").status_code == 200
    assert asked(visits, callbacks(made)[0]).status_code == 403
    services_of(made).jobs.close()


# Without a session.


def test_without_a_session_no_route_answers(app, client):
    for rule, path in paths(app).items():
        answer = client.get(path)
        if rule.startswith(("/_dash", "/_reload")):
            assert answer.status_code in (401, 405), path
        else:
            assert answer.status_code == 303, path
            assert answer.location.startswith("/log-in?next=%2F"), path
        assert "worker" not in answer.text


def test_without_a_session_no_callback_answers(app, client):
    for output in callbacks(app):
        answer = asked(client, output)
        assert answer.status_code == 401, output
        assert answer.text == "You are not logged in any more; log in and try again.\n"


def test_what_answers_everybody_holds_no_plan(app, client):
    for path in ("/health", "/ready", "/log-in", "/assets/style.css", "/chart-library.js"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            # The library of charts knows every country by name.
            assert "Kazakhstan" not in answer.text or path == "/chart-library.js"


def test_a_session_that_has_ended_opens_nothing(app, of, access):
    gone = of(Role.PLAN)
    assert gone.get("/").status_code == 200
    cookie = gone.get_cookie("pilot-session")
    assert gone.post("/log-out", headers=HERE).status_code == 200
    gone.set_cookie("pilot-session", cookie.value)
    assert gone.get("/").status_code == 303, "the cookie that was kept is worth nothing"
    assert access.session(cookie.value) is None


def test_a_forged_session_opens_nothing(app, client):
    for value in ("", "x", "' OR 1=1 --", "a" * 3_000):
        client.set_cookie("pilot-session", value)
        assert client.get("/").status_code == 303


# With a role that is too low.


@pytest.mark.parametrize("role", [Role.VIEW, Role.PLAN, Role.EDIT])
def test_no_callback_answers_a_role_that_is_too_low(app, of, role):
    visits = of(role)
    low = [output for output in callbacks(app) if permissions.role_of(app.callback_map[output]["callback"]) > role]
    assert bool(low) == (role < Role.EDIT)
    for output in low:
        answer = asked(visits, output)
        assert answer.status_code == 403, output
        assert answer.text.startswith("Your account may ")
        assert "it needs the role" in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_open_the_pages(app, of, role):
    visits = of(role)
    for path in ("/", "/inputs", "/_dash-layout", "/_dash-dependencies", "/account", "/download/terms.toml"):
        assert visits.get(path).status_code == 200, path


def test_looking_opens_what_others_have_made_and_nothing_else(app, of):
    looks, plans, edits = of(Role.VIEW), of(Role.PLAN), of(Role.EDIT)
    assert plan_of(looks, "")["status"] == "solved"
    assert plan_of(looks, "?model=one_host")["status"] == "solved"
    refused = plan_of(looks, BUDGET)
    assert refused["status"] == "refused"
    assert "needs the role “plan”" in refused["messages"][0]
    assert looks.get(f"/download/plan.zip{BUDGET}").status_code == 403
    assert plan_of(plans, BUDGET)["status"] == "solved"
    assert plan_of(looks, BUDGET)["status"] == "solved"
    assert looks.get(f"/download/scenario.toml{BUDGET}").status_code == 200
    for low in (looks, plans):
        assert "needs the role “edit”" in plan_of(low, EDITED)["messages"][0]
        assert low.get(f"/download/inputs.xlsx{EDITED}").status_code == 403
    assert plan_of(edits, EDITED)["status"] == "solved"
    assert plan_of(looks, EDITED)["status"] == "solved"


def test_what_a_browser_says_it_has_seen_opens_nothing(app, of):
    """The page tells the server which plan it shows; one that was never to be seen stays unseen."""
    search = "?limits.operating_cost.max=10900000"
    held = {"search": search, "status": "solved", "good": search}
    answer = request_of(app, "plan-rest.children", {"plan-below.data": held})
    told = of(Role.VIEW).post("/_dash-update-component", json=answer, headers=HERE)
    assert told.status_code in (200, 204)
    assert "USD" not in told.text
    # Nor does it come with the answer to a question that is refused.
    refused = of(Role.VIEW).post(
        "/_dash-update-component", json=question("?limits.operating_cost.max=10800000", last=held), headers=HERE
    )
    assert refused.get_json()["response"]["plan"]["data"]["status"] == "refused"
    assert "no plan to show" in refused.get_json()["response"]["plan-top-text"]["data"]
    seen = of(Role.PLAN).post("/_dash-update-component", json=answer, headers=HERE)
    assert "USD" in seen.text, "and what is there to be seen is shown to who may"


@pytest.mark.parametrize("kind", [kind for kind, role in permissions.WORK.items() if role is Role.PLAN])
def test_long_work_begins_for_nobody_who_may_only_look(app, of, kind):
    from pilot_planner.dashboard.runtime.current_user import visitor
    from pilot_planner.errors import NotAllowedError

    looks = of(Role.VIEW)
    with looks:
        looks.get("/account")
        assert visitor().role is Role.VIEW
        with pytest.raises(NotAllowedError, match="make plans and run studies"):
            services_of(app).jobs.start(f"of {kind}", getattr(job_functions, kind), {})


def test_the_controls_of_whoever_may_only_look_stand_still(of):
    looks, plans = (of(role).get("/_dash-layout").text for role in (Role.VIEW, Role.PLAN))
    assert "settings stay as they are" in looks
    assert "settings stay as they are" not in plans
    assert json.dumps({"fixed": True})[1:-1].replace(" ", "") in looks.replace(" ", "")


def test_administrators_see_accounts_and_the_log_and_nobody_else(of):
    seen = of(Role.ADMINISTER).get("/account").text
    assert "account added" in seen
    for role in (Role.VIEW, Role.PLAN, Role.EDIT):
        assert "account added" not in of(role).get("/account").text


# From another site.


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
    ],
)
def test_nothing_that_another_site_sends_changes_anything(app, of, own, headers):
    logged_in = of(Role.ADMINISTER)
    for visits in (logged_in, own.server.test_client()):
        for path in ("/_dash-update-component", "/log-in", "/log-out", "/account"):
            answer = visits.post(path, json={"output": callbacks(app)[0]}, headers=headers)
            assert answer.status_code in (403, 405), (path, headers)
    assert logged_in.get("/account").status_code == 200


def test_a_request_that_says_nothing_of_where_it_comes_from_is_refused_with_accounts(app, of):
    assert of(Role.PLAN).post("/_dash-update-component", json={"output": callbacks(app)[0]}).status_code == 403


def test_without_accounts_only_names_of_this_machine_are_answered(own):
    client = own.server.test_client()
    for host in ("localhost:8050", "127.0.0.1:8050", "[::1]:8050", "LOCALHOST"):
        assert client.get("/", headers={"Host": host}).status_code == 200, host
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8050", "10.0.0.7", "", "[::2]"):
        assert client.get("/", headers={"Host": host}).status_code in (400, 403), host


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"output": 3}', b'{"output": "no.such"}', b'{"output": ["x"]}'])
def test_what_is_no_request_of_a_page_is_refused_in_words(own, of, body):
    for visits in (own.server.test_client(), of(Role.PLAN)):
        headers = {**HERE, "Content-Type": "application/json"}
        answer = visits.post("/_dash-update-component", data=body, headers=headers)
        assert answer.status_code == 400
        assert answer.text.startswith("This is no request of a page of this server: ")


def test_too_large_a_request_is_refused_in_words(own):
    body = b'{"output": "' + b"x" * 21_000_000 + b'"}'
    headers = {**HERE, "Content-Type": "application/json"}
    answer = own.server.test_client().post("/_dash-update-component", data=body, headers=headers)
    assert answer.status_code == 413
    assert "20 MB at most" in answer.text


# Headers.


def test_every_answer_carries_its_headers(app, of, own):
    visits = of(Role.PLAN)
    for one in (visits, own.server.test_client()):
        downloads = ("/download/terms.toml", "/download/donor/x.zip")
        for path in ("/", "/_dash-layout", "/assets/style.css", "/health", "/ready", *downloads):
            with one.get(path) as answer:
                headers = answer.headers
            policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
            assert "'unsafe-inline'" not in policy["script-src"], path
            assert policy["script-src"].split()[0] == "'self'"
            assert "http" not in policy["script-src"] and "*" not in policy["script-src"]
            assert policy["default-src"] == "'none'"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
    assert visits.get("/_dash-layout").headers["Cache-Control"] == "no-store"
    with visits.get("/assets/style.css") as answer:
        assert "no-store" not in answer.headers["Cache-Control"]
    assert "frame-ancestors 'none'" in visits.get("/").headers["Content-Security-Policy"]


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(app):
    log_in = {"name": "view", "password": PASSWORD}
    plain = app.server.test_client().post("/log-in", data=log_in, headers=HERE).headers["Set-Cookie"]
    assert plain.startswith("pilot-session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(plain.split("; "))
    secure = app.server.test_client().post(
        "/log-in", data=log_in, headers={"Origin": "https://localhost"}, base_url="https://localhost"
    )
    assert secure.headers["Set-Cookie"].startswith("__Host-pilot-session=")
    assert "Secure" in secure.headers["Set-Cookie"].split("; ")
    assert "Domain" not in secure.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in secure.headers


def test_a_device_is_known_for_as_many_days_as_the_settings_say(access, tmp_path):
    own = tmp_path / "server.toml"
    own.write_text("[log_in]\ndevice_days = 7\n")
    for settings, seconds in ((load_settings(), 90 * 86_400), (load_settings(own), 7 * 86_400)):
        made = Dash()
        made.layout = html.Div()
        open_doors(made, Guarded(settings, lambda event, **values: None, access))
        answer = made.server.test_client().post("/log-in", data={"name": "view", "password": PASSWORD}, headers=HERE)
        device = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("pilot-device="))
        assert f"Max-Age={seconds}" in device.split("; ")


# Logging in.


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/why?limits.operating_cost.max=1", "/why?limits.operating_cost.max=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_stays_on_this_server(app, wanted, goes):
    answer = app.server.test_client().post(
        "/log-in", query_string={"next": wanted}, data={"name": "view", "password": PASSWORD}, headers=HERE
    )
    assert answer.status_code == 303
    assert answer.location == goes


def test_a_wrong_password_is_told_and_soon_not_looked_at_any_more(app, access, client):
    access.add("mistyping", Role.VIEW, PASSWORD, by="tests")
    wrong = {"name": "mistyping", "password": "<script>alert(1)</script>"}
    for _ in range(4):
        answer = client.post("/log-in", data=wrong, headers=HERE)
        assert answer.status_code == 401
        assert "This name and password do not belong together." in answer.text
        assert "<script>alert" not in answer.text
    answer = client.post("/log-in", data={"name": "mistyping", "password": PASSWORD}, headers=HERE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_password_is_not_taken_over_a_network_without_encryption(app, client):
    answer = client.post(
        "/log-in",
        data={"name": "view", "password": PASSWORD},
        headers={"Origin": "http://plans.example.org"},
        base_url="http://plans.example.org",
    )
    assert answer.status_code == 403
    assert "without encryption" in answer.text
    assert "<form" not in answer.text


def test_a_visitor_changes_his_own_password(app, access, of):
    access.add("renews", Role.PLAN, PASSWORD, by="tests")
    visits = app.server.test_client()
    visits.post("/log-in", data={"name": "renews", "password": PASSWORD}, headers=HERE)
    new = "another long password here"
    for old, one, two in ((PASSWORD, new, "different"), ("wrong", new, new), (PASSWORD, "short", "short")):
        answer = visits.post("/account", data={"old": old, "new": one, "again": two}, headers=HERE)
        assert answer.status_code == 422
    answer = visits.post("/account", data={"old": PASSWORD, "new": new, "again": new}, headers=HERE)
    assert answer.status_code == 200
    assert visits.get("/account").status_code == 200, "this session goes on"
    again = app.server.test_client().post("/log-in", data={"name": "renews", "password": new}, headers=HERE)
    assert again.status_code == 303


# Single sign-on.


def through_proxy(app, address, **headers):
    """What the application answers to a request from that address."""
    from werkzeug.test import Client

    client = Client(TrustedProxy(app.server, load_settings(proxy=SSO).proxy), use_cookies=False)
    return client.get("/account", headers=headers, environ_base={"REMOTE_ADDR": address})


def test_single_sign_on_is_believed_from_the_proxy_alone(app):
    assert through_proxy(app, "10.0.0.5", **{"X-Remote-User": "Plan"}).status_code == 200
    for address in ("10.0.0.6", "127.0.0.1", "", "::1"):
        assert through_proxy(app, address, **{"X-Remote-User": "administer"}).status_code == 303
    assert through_proxy(app, "10.0.0.5").status_code == 303


def test_groups_of_the_proxy_give_a_role_and_an_own_account_goes_first(app, access):
    for user, groups, said in (
        ("stranger", "planners", "role plan"),
        ("stranger", "cooks, planners", "role plan"),
        ("view", "planners", "role view"),
        ("stranger", "cooks", "there is no account for you"),
        ("stranger", "", "there is no account for you"),
        ("two words", "planners", "cannot be that of an account"),
    ):
        answer = through_proxy(app, "10.0.0.5", **{"X-Remote-User": user, "X-Groups": groups})
        assert said in answer.text, (user, groups)
    access.add("leaver", Role.EDIT, by="tests")
    access.set_active("leaver", False, by="tests")
    assert through_proxy(app, "10.0.0.5", **{"X-Remote-User": "leaver", "X-Groups": "planners"}).status_code == 403
    assert ("stranger", "log-in") in [(one.who, one.action) for one in access.events()]


def test_a_visitor_cannot_say_that_he_came_encrypted_or_from_elsewhere(app):
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "evil.example"}
    answer = through_proxy(app, "192.0.2.9", **forged)
    assert "Strict-Transport-Security" not in answer.headers
    answer = through_proxy(app, "10.0.0.5", **forged)
    assert "Strict-Transport-Security" in answer.headers


# What is written down.


def test_exports_uploads_and_edits_are_in_the_log_of_accounts(app, of, access):
    edits = of(Role.EDIT)
    assert edits.get("/download/scenario.toml?limits.operating_cost.max=11000000").status_code == 200
    pasted = {
        "output": next(
            out for out, one in app.callback_map.items() if any(part["id"] == "inputs-pasted" for part in one["inputs"])
        ),
        "outputs": [{"id": "address", "property": "search"}, {"id": "inputs-uploaded", "property": "children"}],
        "inputs": [{"id": "inputs-pasted", "property": "n_clicks", "value": 1}],
        "changedPropIds": ["inputs-pasted.n_clicks"],
        "state": [
            {"id": "inputs-paste", "property": "value", "value": "inputs.placements.MNG.construction.market_wage = 651"},
            {"id": "address", "property": "search", "value": ""},
        ],
    }
    assert edits.post("/_dash-update-component", json=pasted, headers=HERE).status_code == 200
    done = [(one.who, one.action, one.subject) for one in access.events(most=2)]
    assert done == [("edit", "inputs pasted", ""), ("edit", "export", "scenario.toml")]
    assert access.events(most=1)[0].detail["taken"] is True


def test_the_log_of_the_server_names_nobody(app, of, lines):
    of(Role.PLAN).get("/account?secret=1")
    of(Role.EDIT).get("/download/scenario.toml?limits.operating_cost.max=11000000")
    plan_of(of(Role.PLAN), "?limits.operating_cost.max=11111111")
    text = json.dumps(lines)
    for word in ("administer", "secret", "11111111", "127.0.0.1", PASSWORD):
        assert word not in text
    request = next(one for one in lines if one["event"] == "request")
    assert {"method", "route", "status", "seconds"} <= set(request)
    solve = next(one for one in lines if one["event"] == "solve")
    assert solve["status"] == "solved"
    assert solve["seconds"] > 0
    assert solve["plan"]


def test_a_fault_of_ours_is_told_without_a_traceback(app, of, monkeypatch, lines):
    def breaks(*_):
        raise RuntimeError("secret details")

    monkeypatch.setattr(services_of(app).planner, "answer", breaks)
    answer = of(Role.PLAN).post("/_dash-update-component", json=question(""), headers=HERE)
    assert answer.status_code == 500
    assert answer.text == "This is a fault of the planner itself, not of your settings (RuntimeError).\n"
    fault = next(one for one in reversed(lines) if one["event"] == "fault")
    assert fault["what"] == "RuntimeError"
    assert fault["where"][-1].endswith(" breaks")
    assert "secret" not in json.dumps(fault)


# Whether it is there.


def test_health_and_readiness(own, client, app, monkeypatch):
    for visits in (own.server.test_client(), client):
        assert visits.get("/health").status_code == 200
    assert own.server.test_client().get("/ready").get_json() == {"ready": True, "inputs": "ok", "solver": "ok"}
    assert client.get("/ready").get_json() == {"ready": True, "inputs": "ok", "solver": "ok", "accounts": "ok"}


def test_readiness_says_what_is_missing(tmp_path, shipped_inputs):
    from pilot_planner.dashboard.runtime.log import no_log
    from pilot_planner.dashboard.security.health import Readiness

    file = tmp_path / "accounts.sqlite"
    opened = Access.open(file)
    guarded = Guarded(load_settings(), no_log, opened)
    app = make_app(guarded=guarded)
    planner = services_of(app).planner
    assert app.server.test_client().get("/ready").status_code == 200
    file.unlink()
    assert Readiness(planner, guarded).found()["accounts"] == "cannot be reached"
    planner.designs[planner.first] = planner.designs[planner.first].model_copy(
        update={"solver": planner.designs[planner.first].solver.model_copy(update={"name": "scip"})}
    )
    import pulp

    def fails(*_):
        raise pulp.PulpError("no solver")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pulp.LpProblem, "solve", fails)
        assert Readiness(planner, guarded).found()["solver"] == "does not solve"
    answer = app.server.test_client().post("/log-in", data={"name": "a", "password": "b"}, headers=HERE)
    assert answer.status_code == 503
    assert "accounts database" in answer.text
    assert "Traceback" not in answer.text


# What is changed for everybody, and the log.


def saved_as(client, app, name):
    """What the page says to a visitor who saves the plan of the first page."""
    plan = client.post("/_dash-update-component", json=question(BUDGET), headers=HERE).json["response"]["plan"]["data"]
    found = next(key for key in app.callback_map if key.startswith("..team-told.children...team-changed.data...team-name"))
    parts = [dict(zip(("id", "property"), one.rsplit(".", 1), strict=True)) for one in found.strip(".").split("...")]

    def part(one, prop, value):
        return {"id": one, "property": prop, "value": value}

    body = {
        "output": found,
        "outputs": parts,
        "inputs": [part("team-save", "n_clicks", 1)],
        "changedPropIds": ["team-save.n_clicks"],
        "state": [part("team-name", "value", name), part("team-note", "value", ""), part("plan", "data", plan)],
    }
    answer = client.post("/_dash-update-component", json=body, headers=HERE)
    assert answer.status_code == 200, answer.text
    return answer.json["response"]["team-told"]["children"]


def busy_at(access, monkeypatch, moment):
    """The accounts cannot be written when the log is written to for that time, counted from 1."""
    plain, times = access.note, []

    def note(*words):
        times.append(1)
        if len(times) == moment:
            raise StoreError("the accounts are busy", "busy")
        plain(*words)

    monkeypatch.setattr(access, "note", note)


def logged(access, name):
    return [one.action for one in access.events(who=name) if one.action.startswith("plan ")]


def test_what_is_saved_for_everybody_is_in_the_log_before_and_after(app, of, access):
    assert saved_as(of(Role.PLAN), app, "Told twice") == "Saved “Told twice” for everybody."
    assert logged(access, "plan")[:2] == ["plan saved", "plan saved: begun"]
    item = next(one for one in services_of(app).store.list("plan") if one.name == "Told twice")
    assert next(one.subject for one in access.events() if one.action == "plan saved") == item.id


def test_what_the_log_cannot_take_is_not_saved(app, of, access, monkeypatch):
    busy_at(access, monkeypatch, 1)
    told = saved_as(of(Role.PLAN), app, "Never told")
    assert told == "Nothing was saved: the accounts are busy"
    assert "Never told" not in [one.name for one in services_of(app).store.list("plan")]


def test_what_was_saved_and_could_not_be_confirmed_is_not_called_unsaved(app, of, access, monkeypatch):
    busy_at(access, monkeypatch, 2)
    told = saved_as(of(Role.PLAN), app, "Half told")
    assert told.startswith("Saved “Half told” for everybody. The log of what is done here has that this was begun")
    assert "Half told" in [one.name for one in services_of(app).store.list("plan")]
    assert logged(access, "plan")[0] == "plan saved: begun"


def test_what_failed_is_in_the_log_as_not_done(app, of, access, monkeypatch):
    def refuse(*_, **__):
        raise StoreError("the disk is full", "full")

    monkeypatch.setattr(Store, "save_plan", refuse)
    assert saved_as(of(Role.PLAN), app, "Full disk") == "Nothing was saved: the disk is full"
    assert logged(access, "plan")[:2] == ["plan saved: not done", "plan saved: begun"]


def test_no_page_notes_a_change_for_everybody_only_after_it():
    """``done_and_noted`` is the one way: before and after."""
    pages = Path(dashboard.__file__).parent / "pages"
    late = [path.name for path in pages.rglob("*.py") if '.note("plan ' in path.read_text(encoding="utf-8")]
    assert late == []
