"""The pages of accounts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused, Unavailable
from pilotzone.kernel.access.actor import NOBODY
from pilotzone.kernel.access.middleware import choose
from pilotzone.kernel.access.roles import actions, roles
from pilotzone.kernel.access.scope import current
from pilotzone.portal.accounts import checklist, deputies, first, keys, parties, people, singlewindow


@require_safe
def show_parties(request: HttpRequest) -> HttpResponse:
    """Whom to play; demonstration zones only."""
    return render(request, "accounts/parties.html", {"parties": parties.parties(), "playing": current().role})


@require_POST
def play(request: HttpRequest, key: str) -> HttpResponse:
    """Become a party and go home."""
    parties.play(request, key)
    return redirect("/")


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Roles by actions, open to everybody: who may do what is no secret."""
    rows = [(each, [(action, action.key in each.may) for action in actions()]) for each in roles()]
    return render(request, "accounts/matrix.html", {"actions": actions(), "rows": rows, "mine": current().role})


@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """The caller's first steps."""
    _signed_in()
    return render(request, "accounts/steps.html", {"steps": checklist.steps()})


@require_POST
def tick(request: HttpRequest) -> HttpResponse:
    """Tick a step off, or back on."""
    _signed_in()
    checklist.tick(request.POST.get("key", ""), done=request.POST.get("done") == "1")
    return redirect("/accounts/steps/")


@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Act for another body one is a member of."""
    _signed_in()
    wanted = request.POST.get("membership", "")
    mine = {str(each.pk): each for each in getattr(request, "memberships", [])}
    if wanted not in mine:
        raise Refused(
            code="accounts.membership", zh="您没有这一身份，或已到期。", en="This is not one of your memberships."
        )
    choose(request, mine[wanted])
    return redirect("/")


@require_http_methods(["GET", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    """The certificates of the caller's organisation; a POST with a file registers one."""
    _signed_in()
    if request.method == "POST":
        file = request.FILES.get("certificate")
        keys.register(file.read(keys.LARGEST) if file else b"")
        return redirect("/accounts/certificates/")
    return render(request, "accounts/certificates.html", {"cards": keys.cards()})


@require_POST
def certificate_revoke(request: HttpRequest) -> HttpResponse:
    """A key is lost."""
    _signed_in()
    keys.revoke(request.POST.get("sha256", ""), reason=request.POST.get("reason", ""))
    return redirect("/accounts/certificates/")


@require_http_methods(["GET", "POST"])
def show_people(request: HttpRequest) -> HttpResponse:
    """Who acts for whom; a POST gives somebody an account and shows the link to hand over."""
    _signed_in()
    link, problem = "", None
    given = {name: request.POST.get(name, "").strip() for name in ("username", "name", "role", "body")}
    if request.method == "POST":
        try:
            link = people.welcome(**given, base=request.build_absolute_uri("/"))
        except Refused as refused:
            if request.headers.get("accept") == "application/json":
                raise
            problem = refused
    return _people(request, link, {} if link else given, problem)


def _people(request: HttpRequest, link: str, typed: dict[str, str], problem: Refused | None) -> HttpResponse:
    context = {
        "people": people.listing(request.GET.get("q", "")), "roles": people.given_roles(), "link": link, "typed": typed,
        "problem": problem, "own": own.named(get_language()) if (own := people.own_firm()) else "", "bodies": people.bodies(),
    }  # fmt: skip
    return render(request, "accounts/people.html", context, status=422 if problem else 200)


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """A new link for who lost the password or the second factor."""
    _signed_in()
    reason, base = request.POST.get("reason", ""), request.build_absolute_uri("/")
    try:
        return _people(request, people.again(number, reason=reason, base=base), {}, None)
    except Refused as refused:
        return _people(request, "", {}, refused)


@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody leaves today."""
    _signed_in()
    try:
        people.leave(number, reason=request.POST.get("reason", ""))
    except Refused as refused:
        return _people(request, "", {}, refused)
    return redirect("/accounts/people/")


@require_http_methods(["GET", "POST"])
def show_deputies(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom; a POST names a deputy. What is refused is said on the form, which keeps what was typed."""
    _signed_in()
    typed, problem = {name: request.POST.get(name, "").strip() for name in ("deputy", "since", "until", "reason")}, None
    chosen = request.POST.getlist("office")
    if request.method == "POST":
        try:
            deputies.name(offices=chosen, **typed)
            return redirect("/accounts/deputies/")
        except Refused as refused:
            problem = refused
    offices = deputies.offices()
    people = {person.pk: person for office in offices for person in office.colleagues}
    context = {
        "offices": offices, "people": list(people.values()), "listed": deputies.listing(), "done": deputies.done(),
        "typed": typed, "chosen": chosen, "problem": problem,
    }  # fmt: skip
    return render(request, "accounts/deputies.html", context, status=422 if problem else 200)


@require_POST
def end_deputyship(request: HttpRequest, number: int) -> HttpResponse:
    """Back earlier than planned."""
    _signed_in()
    deputies.end(number, reason=request.POST.get("reason", ""))
    return redirect("/accounts/deputies/")


@require_http_methods(["GET", "POST"])
def first_administrator(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Set a password by the one-time link: the first administrator, and whoever was given an account or a new way in."""
    person = first.invited(number, token)
    said: list[str] = []
    if request.method == "POST":
        password = request.POST.get("password", "")
        if password != request.POST.get("again", ""):
            said = [gettext("两次输入的密码不一致。")]
        else:
            try:
                validate_password(password, person)
            except ValidationError as failure:
                said = list(failure.messages)
        if not said:
            first.settle(person, password)
            messages.success(request, gettext("密码已设置，请用它登录。"))
            return redirect("/accounts/login/?next=/accounts/steps/")
    return render(request, "accounts/first.html", {"name": person.username, "said": said})


@require_http_methods(["GET", "POST"])
def single_window(request: HttpRequest) -> HttpResponse:
    """Sign in by the simulated single window; what it answers is said on the form."""
    told, status, account = "", 200, request.POST.get("account", "").strip()
    if request.method == "POST":
        try:
            singlewindow.enter(request, account, request.POST.get("code", "").strip())
            return redirect("/")
        except (Refused, Unavailable) as problem:
            english = (get_language() or "").startswith("en")
            told, status = problem.en if english else problem.zh, 422 if isinstance(problem, Refused) else 503
    shown = {"trials": singlewindow.trials(), "problem": told, "account": account}
    return render(request, "accounts/single_window.html", shown, status=status)


@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    """Whom to ask for a new sign-in link; allauth leads here from where it asks for the password again."""
    return render(request, "accounts/forgotten.html")


def no_mail(request: HttpRequest) -> HttpResponse:
    """Where allauth would send mail."""
    raise Http404


def _signed_in() -> None:
    if current() == NOBODY:
        raise Denied(code="accounts.sign_in", zh="请先登录。", en="Please sign in first.")
