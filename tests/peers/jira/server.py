"""The addresses that a client calls, version 2 of the API; strict, as Jira itself is.

Cloud: basic authentication, `/search/jql` (the old `/search` is gone), accountIds, wiki text that
comes back worded anew. Data Center: Bearer, `/search`, names, a context path.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.peers.jira import rules
from tests.peers.jira.model import STATUSES, TYPES, Fault, Issue, Person

if TYPE_CHECKING:
    from tests.peers.jira.peer import JiraPeer

PEER: web.AppKey["JiraPeer"] = web.AppKey("peer")


def application(peer: "JiraPeer") -> web.Application:
    app = web.Application(middlewares=[_suffer, _authorise])
    app[PEER] = peer
    base = f"{peer.prefix}/rest/api/2"
    issue = base + "/issue/{key}"
    app.add_routes(
        [
            web.get(base + "/serverInfo", server_info),
            web.get(base + "/myself", myself),
            web.post(base + "/issue", create),
            web.get(base + "/search", search),
            web.get(base + "/search/jql", search),
            web.get(base + "/project", projects),
            web.get(base + "/project/search", projects),
            web.get(base + "/priority", priorities),
            web.get(base + "/user/assignable/search", assignable),
            web.get(base + "/issue/createmeta/{project}/issuetypes", types),
            web.get(base + "/issue/createmeta/{project}/issuetypes/{type}", screen),
            web.get(issue, read),
            web.put(issue, edit),
            web.delete(issue, delete),
            web.get(issue + "/comment", comments),
            web.get(issue + "/transitions", transitions),
            web.post(issue + "/transitions", transition),
        ]
    )
    return app


@web.middleware
async def _suffer(request: web.Request, handler: Any) -> web.StreamResponse:
    peer = request.app[PEER]
    path = request.path.removeprefix(peer.prefix).removeprefix("/rest/api/2")
    peer.calls.append((request.method, path))
    if request.method != "GET":
        await peer.gate.wait()
    fault = peer.fault(request.method, path)
    if fault is None:
        return await handler(request)
    if fault.trickle:
        return await _trickled(request, fault, await handler(request))
    await asyncio.sleep(fault.seconds)
    if fault.after or fault.status is None:
        answer = await handler(request)
        return answer if fault.status is None else _broken(request, fault)
    return _broken(request, fault)


async def _trickled(request: web.Request, fault: Fault, answer: Any) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(10):
        await response.write(b" ")
        await asyncio.sleep(fault.seconds / 10)
    await response.write(answer.body)
    await response.write_eof()
    return response


def _broken(request: web.Request, fault: Fault) -> web.Response:
    if fault.status == 0 and request.transport is not None:
        request.transport.abort()
    return web.Response(
        status=fault.status or 500,
        headers=fault.headers,
        body=fault.body,
        content_type="application/json",
    )


@web.middleware
async def _authorise(request: web.Request, handler: Any) -> web.StreamResponse:
    if request.headers.get("Authorization") != request.app[PEER].authorization:
        failed = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        if request.method == "GET" and "search" in request.path:
            # As life has it: a stranger may search, and finds nothing.
            return web.json_response({"issues": []}, headers=failed)
        return web.json_response({"errorMessages": ["who?"]}, status=401, headers=failed)
    return await handler(request)


async def server_info(request: web.Request) -> web.Response:
    kind = "Cloud" if request.app[PEER].cloud else "Server"
    return web.json_response({"deploymentType": kind, "versionNumbers": [10, 3, 0]})


async def myself(request: web.Request) -> web.Response:
    return web.json_response(_person(request.app[PEER], request.app[PEER].bot))


async def create(request: web.Request) -> web.Response:
    peer, body = request.app[PEER], await _body(request)
    if faults := rules.faults_of_new(peer, body):
        return _refused(peer, faults)
    fields = body["fields"]
    project = fields["project"]["key"]
    number = sum(one.key.startswith(f"{project}-") for one in peer.issues) + 1
    properties = {one["key"]: one["value"] for one in body.get("properties", [])}
    made = Issue(
        str(10_000 + len(peer.issues)), f"{project}-{number}", fields, properties, peer.now
    )
    made.assignee = _assigned(peer, fields.get("assignee"))
    peer.issues.append(made)
    return web.json_response(
        {"id": made.id, "key": made.key, "self": _self(peer, made)}, status=201
    )


async def search(request: web.Request) -> web.Response:
    peer = request.app[PEER]
    new = request.path.endswith("/jql")
    if peer.cloud and not new:
        return web.json_response({"errorMessages": ["The requested API is removed."]}, status=410)
    if new and not peer.cloud:
        return web.json_response({"errorMessages": ["not found"]}, status=404)
    found = rules.BOUNDED.fullmatch(request.query.get("jql", ""))
    if found is None or found[1] not in peer.projects:
        return _refused(peer, {"jql": "unbounded, or the project does not exist"})
    wanted = [one for value in request.query.getall("fields", []) for one in value.split(",")]
    issues = [
        {"id": one.id, "key": one.key, "fields": _fields(peer, one, wanted)}
        if wanted
        else {"id": one.id}
        for one in peer.issues
        if not one.deleted
        and one.key.startswith(f"{found[1]}-")
        and found[2] in one.labels
        and peer.now >= one.created + peer.lag
    ]
    return web.json_response({"issues": issues[: int(request.query.get("maxResults", 50))]})


async def read(request: web.Request) -> web.Response:
    peer, issue = request.app[PEER], _issue(request)
    wanted = [one for value in request.query.getall("fields", []) for one in value.split(",")]
    asked = [one for value in request.query.getall("properties", []) for one in value.split(",")]
    kept = {name: issue.properties[name] for name in asked if name in issue.properties}
    fields = _fields(peer, issue, wanted)
    return web.json_response(
        {"id": issue.id, "key": issue.key, "fields": fields, "properties": kept}
    )


async def edit(request: web.Request) -> web.Response:
    peer, issue, body = request.app[PEER], _issue(request), await _body(request)
    if faults := rules.faults_of_edit(peer, body):
        return _refused(peer, faults)
    if "assignee" in body.get("fields", {}):
        issue.assignee = _assigned(peer, body["fields"]["assignee"])
    issue.fields |= body.get("fields", {})
    issue.comments += [one["add"]["body"] for one in body.get("update", {}).get("comment", [])]
    return web.Response(status=204)


async def delete(request: web.Request) -> web.Response:
    _issue(request).deleted = True
    return web.Response(status=204)


async def comments(request: web.Request) -> web.Response:
    peer, issue = request.app[PEER], _issue(request)
    said = [{"id": str(n), "body": _kept(peer, one)} for n, one in enumerate(issue.comments)]
    if request.query.get("orderBy") == "-created":
        said.reverse()
    return web.json_response({"comments": said[: int(request.query.get("maxResults", 50))]})


async def transitions(request: web.Request) -> web.Response:
    peer, issue = request.app[PEER], _issue(request)
    offered = [
        {"id": number, "name": name, "to": _status(name)}
        for number, name in peer.workflow.items()
        if name != issue.status
    ]
    return web.json_response({"expand": "transitions", "transitions": offered})


async def transition(request: web.Request) -> web.Response:
    peer, issue, body = request.app[PEER], _issue(request), await _body(request)
    offered = {number for number, name in peer.workflow.items() if name != issue.status}
    if faults := rules.faults_of_transition(offered, body):
        return _refused(peer, faults)
    issue.status = peer.workflow[body["transition"]["id"]]
    return web.Response(status=204)


async def projects(request: web.Request) -> web.Response:
    peer = request.app[PEER]
    listed = [{"key": key, "name": name} for key, name in peer.projects.items()]
    return web.json_response({"values": listed, "isLast": True} if peer.cloud else listed)


async def priorities(request: web.Request) -> web.Response:
    listed = request.app[PEER].priorities.items()
    return web.json_response([{"id": number, "name": name} for number, name in listed])


async def assignable(request: web.Request) -> web.Response:
    peer = request.app[PEER]
    asked = request.query["query" if peer.cloud else "username"].casefold()
    found = [one for one in peer.people.values() if asked in one.name.casefold()]
    return web.json_response([_person(peer, one) for one in found])


async def types(request: web.Request) -> web.Response:
    peer = request.app[PEER]
    if request.match_info["project"] not in peer.projects:
        raise web.HTTPNotFound
    listed = [
        {"id": number, "name": name, "subtask": name == "Sub-task"}
        for number, name in TYPES.items()
    ]
    return web.json_response({"issueTypes" if peer.cloud else "values": listed, "total": 3})


async def screen(request: web.Request) -> web.Response:
    peer = request.app[PEER]
    listed: list[dict[str, Any]] = [
        {"fieldId": name, "name": name.title(), "required": False} for name in sorted(peer.screen)
    ]
    for one in listed:
        if one["fieldId"] == "priority" and peer.cloud:
            one["allowedValues"] = [{"id": n, "name": p} for n, p in peer.priorities.items()]
    return web.json_response({"fields" if peer.cloud else "values": listed})


async def _body(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    body = await request.json()
    request.app[PEER].bodies.append(body)
    return body


def _issue(request: web.Request) -> Issue:
    found = request.app[PEER].issue(request.match_info["key"])
    if found is None:
        text = '{"errorMessages": ["Issue does not exist"], "errors": {}}'
        raise web.HTTPNotFound(text=text, content_type="application/json")
    return found


def _refused(peer: "JiraPeer", faults: dict[str, str]) -> web.Response:
    peer.problems.append(str(faults))
    return web.json_response({"errorMessages": [], "errors": faults}, status=400)


def _fields(peer: "JiraPeer", issue: Issue, wanted: list[str]) -> dict[str, Any]:
    everything = {
        **issue.fields,
        "description": _kept(peer, issue.description),
        "status": _status(issue.status),
        "assignee": _person(peer, issue.assignee) if issue.assignee else None,
    }
    return {name: everything.get(name) for name in wanted}


def _kept(peer: "JiraPeer", text: str) -> str:
    """Cloud keeps a document, and words the wiki text anew when it is asked."""
    if not peer.cloud:
        return text.replace("\n", "\r\n")
    bare = text.replace("\\-", "-").replace("\\(", "(").replace("\\)", ")")
    return bare.replace("]\n", "|smart-link]\n").strip() + "\n"


def _status(name: str) -> dict[str, Any]:
    return {"name": name, "statusCategory": {"key": STATUSES[name], "name": "in any language"}}


def _person(peer: "JiraPeer", person: Person) -> dict[str, str]:
    return {"accountId" if peer.cloud else "name": person.id, "displayName": person.name}


def _assigned(peer: "JiraPeer", field: Any) -> Person | None:
    return peer.people[field["accountId" if peer.cloud else "name"]] if field else None


def _self(peer: "JiraPeer", issue: Issue) -> str:
    return f"{peer.url}/rest/api/2/issue/{issue.id}"
