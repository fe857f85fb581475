#include "http/authorization-internal.h"

#include "base/log.h"
#include "http/basic.h"
#include "store/account-token.h"
#include "store/second-factor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        CLIENT_BYTES = ADDRESS_TEXT_BYTES,
        HEADER_MAX_BYTES = 4096,
        /* The reply waits no longer than this for the store to note a use of an app password. */
        USED_PATIENCE_MSEC = 100,
};

/* One request with a name and a password. */
typedef struct Attempt {
        Authorization *authorization;
        HttpRequest *request;
        const char *name, *password;
        usec_t *ret_wait; /* of a form, whose refusals the caller shows; NULL if they are answered here */
        char client[CLIENT_BYTES];      /* the address; "unknown" if a proxy does not tell it; "" before */
        char network[CLIENT_BYTES];     /* the key of its failures */
        char login[ACCOUNT_NAME_SIZE];  /* the name in lower case; "" if no account can have it */
        char hash[HASH_HEX_SIZE];       /* of the login and the password (http/verified.h) */
        char token_hash[HASH_HEX_SIZE]; /* "" if the password has not the form of an app password */
        bool is_known;                  /* an account has the name */
        HttpWork work;                  /* of the handler */
        LoginClass class;
        usec_t now; /* monotonic */
} Attempt;

static void describe_client(Attempt *attempt)
{
        Address client;
        if (!http_request_client(attempt->request, &client)) {
                strcpy(attempt->client, "unknown");
        } else if (client.family == AF_UNIX) {
                strcpy(attempt->client, "local");
        } else {
                address_format(&client, attempt->client);
                client = address_network(&client, ADDRESS_CLIENT4_BITS, ADDRESS_CLIENT6_BITS);
                address_format(&client, attempt->network);
        }
        if (!attempt->network[0])
                strcpy(attempt->network, attempt->client);
}

/* Sets what is needed to try a password, but not to find it among the remembered ones. */
static void describe_more(Attempt *attempt)
{
        if (attempt->client[0])
                return;
        describe_client(attempt);
        if (attempt->ret_wait || !app_password_hash(attempt->password, attempt->token_hash))
                attempt->token_hash[0] = '\0';
        bool was_right = verified_was_right(attempt->authorization->verified, attempt->hash);
        attempt->class = was_right ? LOGIN_RIGHT_BEFORE : LOGIN_OF_ANYBODY;
}

static void describe(Attempt *attempt)
{
        if (account_name_is_valid(attempt->name))
                account_login(attempt->name, attempt->login);
        verified_hash(attempt->authorization->verified, attempt->login, attempt->password, attempt->hash);
        attempt->now = clock_monotonic();
}

/*
 * Returns how long no password is tried, because of failures of the network or of the account. A password
 * that was right before is no guess.
 */
static usec_t wait_of(const Attempt *attempt)
{
        const Authorization *a = attempt->authorization;
        if (attempt->class == LOGIN_RIGHT_BEFORE)
                return 0;
        usec_t network = login_limit_wait(a->networks, attempt->network, attempt->now);
        usec_t account = attempt->login[0] ? login_limit_wait(a->accounts, attempt->login, attempt->now) : 0;
        return network > account ? network : account;
}

/*
 * The line's form is documented for programs that read the journal. A name that no account has is not
 * logged: it may be a password that was typed into the wrong field.
 */
static void log_failure(const char *client, const char *account)
{
        log_kind(JOURNAL_LOGIN_FAILED, LOG_FIELDS({ "CLIENT", client }, { "ACCOUNT", account }),
                        "sign-in failed: client %s, account %s", client, account);
}

/* Counts a failure and logs it. */
static int fail(Attempt *attempt)
{
        Authorization *a = attempt->authorization;
        describe_more(attempt);
        login_limit_fail(a->networks, attempt->network, attempt->now);
        if (attempt->login[0])
                login_limit_fail(a->accounts, attempt->login, attempt->now);
        log_failure(attempt->client, attempt->is_known ? attempt->login : "-");
        return attempt->ret_wait ? AUTHORIZATION_E_REFUSED
                                 : authorization_reply_unauthorized(a, attempt->request);
}

/* @status: as for authorization_reply_wait() */
static int refuse_for_now(const Attempt *attempt, int status, usec_t wait)
{
        if (!attempt->ret_wait)
                return authorization_reply_wait(attempt->request, status, wait);
        *attempt->ret_wait = wait;
        return AUTHORIZATION_E_WAIT;
}

/* Stores when an app password was used. The reply does not depend on it. */
static void note_use(const Authorization *a, int64_t token)
{
        CLEANUP(store_closep) Store *store = NULL;
        int r = store_open(a->store, STORE_WRITE, a->options.zones, &store, NULL);
        if (r != 0)
                return;
        store_set_patience(store, USED_PATIENCE_MSEC * USEC_PER_MSEC);
        if (store_set_durable(store, false) == 0)
                (void)account_token_used(store, token, clock_now(a->options.clock));
}

static bool is_long_ago(const Authorization *a, const AccountToken *token)
{
        return clock_now(a->options.clock) - token->used >=
               (usec_t)ACCOUNT_TOKEN_USED_SECONDS * USEC_PER_SEC;
}

static Login login_of(const Account *account)
{
        Login login = { .role = account->role };
        strcpy(login.name, account->name);
        strcpy(login.mail, account->mail);
        return login;
}

/*
 * Checks an app password. Return: 0, STORE_E_NOT_FOUND if it is not one of the account's, another condition
 * of the store, negative errno.
 */
static int check_token(const Attempt *attempt, Store *store, const Account *account, Login *ret)
{
        AccountToken token;
        if (!attempt->token_hash[0])
                return STORE_E_NOT_FOUND;
        int r = account_token_find(store, attempt->token_hash, &token);
        if (r != 0)
                return r;
        if (strcmp(token.account, attempt->login) != 0)
                return STORE_E_NOT_FOUND;
        *ret = login_of(account);
        ret->read_only = token.read_only;
        ret->token = token.id;
        if (is_long_ago(attempt->authorization, &token))
                note_use(attempt->authorization, token.id);
        return 0;
}

/*
 * Checks the password of an account, which is slow. @account: NULL if no account has the name; the check
 * then takes as long, so that the time does not show which names exist.
 */
static int check_password(const Attempt *attempt, const Account *account, Login *ret)
{
        const char *password = attempt->password;
        if (!account || !account->password[0]) {
                password_waste_time(password);
                return STORE_E_NOT_FOUND;
        }
        if (!password_is(password, account->password))
                return STORE_E_NOT_FOUND;
        *ret = login_of(account);
        ret->needs_code = account->has_second_factor;
        return 0;
}

/*
 * Checks a password, if there is processor time for it. @ret_wait: the time until there is; then @ret is not
 * set. Return: as check_password().
 */
static int check_in_budget(const Attempt *attempt, const Account *account, Login *ret, usec_t *ret_wait)
{
        Authorization *a = attempt->authorization;
        usec_t taken;
        *ret_wait = login_budget_begin(a->budget, attempt->class, clock_monotonic(), &taken);
        if (*ret_wait > 0)
                return 0;
        usec_t begun = clock_of_thread();
        int r = check_password(attempt, account, ret);
        login_budget_end(a->budget, attempt->class, taken, clock_of_thread() - begun);
        if (r == STORE_E_NOT_FOUND && attempt->class == LOGIN_RIGHT_BEFORE)
                verified_forget(a->verified, attempt->hash);
        return r;
}

static void remember(const Attempt *attempt, int64_t version, const Login *login)
{
        Authorization *a = attempt->authorization;
        login_limit_forget(a->networks, attempt->network);
        login_limit_forget(a->accounts, attempt->login);
        if (a->options.remember > 0)
                verified_keep(a->verified, attempt->hash, version, clock_monotonic() + a->options.remember,
                                login);
}

/*
 * Verifies a password that is not remembered. App passwords are not subject to the limits: they cannot be
 * guessed, so that a person's programs work while somebody guesses the person's password.
 */
static int verify(Attempt *attempt, Store *store, int64_t version, Login *ret)
{
        Account account = { .name = "" };
        store_rollback(store); /* the check takes long */
        describe_more(attempt);
        int r = attempt->login[0] ? account_get(store, attempt->login, &account) : STORE_E_NOT_FOUND;
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return authorization_reply_failure(store, attempt->request, r);
        attempt->is_known = r == 0;
        r = attempt->is_known ? check_token(attempt, store, &account, ret) : STORE_E_NOT_FOUND;
        usec_t wait = r == STORE_E_NOT_FOUND ? wait_of(attempt) : 0;
        if (wait > 0)
                return refuse_for_now(attempt, STATUS_TOO_MANY, wait);
        if (r == STORE_E_NOT_FOUND)
                r = check_in_budget(attempt, attempt->is_known ? &account : NULL, ret, &wait);
        explicit_bzero(account.password, sizeof(account.password));
        if (wait > 0)
                return refuse_for_now(attempt, STATUS_UNAVAILABLE, wait);
        if (r == STORE_E_NOT_FOUND)
                return fail(attempt);
        if (r != 0)
                return authorization_reply_failure(store, attempt->request, r);
        remember(attempt, version, ret);
        return 0;
}

/*
 * Refuses an app password in a form, and the password of an account with a second factor from a program. The
 * latter is no failure: the person's own programs may still send it.
 */
static int admit(Attempt *attempt, const Login *login)
{
        if (attempt->ret_wait && login->token != 0)
                return fail(attempt);
        return attempt->ret_wait || !login->needs_code
                               ? 0
                               : authorization_reply_unauthorized(attempt->authorization, attempt->request);
}

static int check_credentials(void *userdata, Store *store, Login *ret)
{
        Attempt *attempt = userdata;
        int64_t version;
        /*
         * The version is read before the account, so that a change in between makes the remembered login
         * invalid.
         */
        int r = account_version(store, &version);
        if (r != 0)
                return authorization_reply_failure(store, attempt->request, r);
        if (!verified_find(attempt->authorization->verified, attempt->hash, version, attempt->now, ret))
                r = verify(attempt, store, version, ret);
        return r != 0 ? r : admit(attempt, ret);
}

/*
 * Calls a function with a connection of the pool and an open transaction. @ret_store: as for
 * authorization_check(); NULL if the caller needs no store
 */
static int with_store(const Authorization *a, HttpRequest *request,
                int (*check)(void *userdata, Store *store, Login *ret), void *userdata, Login *ret,
                Store **ret_store)
{
        Store *store = NULL;
        int r = store_pool_take(a->pool, &store, NULL);
        if (r != 0)
                return authorization_reply_failure(NULL, request, r);
        r = store_begin_read(store);
        r = r != 0 ? authorization_reply_failure(store, request, r) : check(userdata, store, ret);
        if (r == 0 && ret_store && store_in_transaction(store))
                *ret_store = store;
        else
                store_pool_give(a->pool, store);
        return r;
}

/*
 * Returns the key of an account's jobs, which lets one of them run at a time. A collision does no harm: the
 * jobs of two accounts wait for each other. @login: in lower case
 */
static uint64_t key_of(const char *login)
{
        uint64_t key = hash_quick(login);
        return key ? key : 1;
}

/*
 * Chooses the worker. A remembered password needs only the version of the accounts. Requests with the same
 * password wait for the first of them, which remembers it.
 */
static int defer(Attempt *attempt)
{
        Authorization *a = attempt->authorization;
        Login login;
        if (verified_find(a->verified, attempt->hash, VERIFIED_ANY_VERSION, attempt->now, &login))
                return http_request_defer(attempt->request, attempt->work, key_of(attempt->login));
        describe_more(attempt);
        usec_t wait = attempt->token_hash[0] ? 0 : wait_of(attempt);
        if (wait > 0)
                return refuse_for_now(attempt, STATUS_TOO_MANY, wait);
        if (!attempt->token_hash[0])
                wait = login_budget_wait(a->budget, attempt->class, attempt->now);
        if (wait > 0)
                return refuse_for_now(attempt, STATUS_UNAVAILABLE, wait);
        return http_request_defer(attempt->request, HTTP_WORK_LONG, verified_key(attempt->hash));
}

static int check_attempt(Attempt *attempt, Login *ret, Store **ret_store)
{
        describe(attempt);
        int r = defer(attempt);
        return r != 0 ? r
                      : with_store(attempt->authorization, attempt->request, check_credentials, attempt, ret,
                                        ret_store);
}

static int check_basic(Authorization *a, HttpRequest *request, HttpWork work, Login *ret, Store **ret_store)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(HEADER_MAX_BYTES);
        CLEANUP(basic_done) BasicCredentials credentials = { .name = NULL };
        http_request_header_list(request, "Authorization", &value);
        int r = buffer_error(&value);
        if (r == 0)
                r = basic_read(value.len > 0 ? buffer_text(&value) : NULL, &credentials);
        if (value.data)
                explicit_bzero(value.data, value.len);
        if (r == BASIC_E_OTHER || r == BASIC_E_INVALID || r == -EFBIG)
                return authorization_reply_unauthorized(a, request);
        if (r != 0)
                return r;
        Attempt attempt = {
                .authorization = a,
                .request = request,
                .name = credentials.name,
                .password = credentials.password,
                .work = work,
        };
        r = check_attempt(&attempt, ret, ret_store);
        explicit_bzero(attempt.token_hash, sizeof(attempt.token_hash));
        explicit_bzero(attempt.hash, sizeof(attempt.hash));
        /* The password that was just checked is found again there, if it is remembered. */
        return r != 0 || a->options.remember == 0 ? r
                                                  : http_request_move(request, work, key_of(attempt.login));
}

/* A request whose account a proxy names. */
typedef struct Named {
        const Authorization *authorization;
        HttpRequest *request;
        const char *name;
} Named;

static int check_name(void *userdata, Store *store, Login *ret)
{
        const Named *named = userdata;
        Account account;
        int r = account_get(store, named->name, &account);
        if (r == STORE_E_NOT_FOUND)
                return authorization_reply_unauthorized(named->authorization, named->request);
        if (r != 0)
                return authorization_reply_failure(store, named->request, r);
        *ret = login_of(&account);
        explicit_bzero(account.password, sizeof(account.password));
        return 0;
}

/*
 * Appends the name that a proxy gives; nothing if the peer is no proxy on a unix socket. Two lines of the
 * field make a list, which is no name: one of them may be the client's own.
 */
static void read_proxy_name(const Authorization *a, HttpRequest *request, Buffer *out)
{
        if (a->proxy_header[0] && http_request_is_local(request))
                http_request_header_list(request, a->proxy_header, out);
}

static int check_proxy(const Authorization *a, HttpRequest *request, HttpWork work, const char *name,
                Login *ret, Store **ret_store)
{
        char login[ACCOUNT_NAME_SIZE];
        Named named = { a, request, name };
        account_login(name, login);
        int r = http_request_defer(request, work, key_of(login));
        return r != 0 ? r : with_store(a, request, check_name, &named, ret, ret_store);
}

static int find_account(Authorization *authorization, HttpRequest *request, HttpWork work, Login *ret,
                Store **ret_store)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(HEADER_MAX_BYTES);
        read_proxy_name(authorization, request, &name);
        if (name.len > 0)
                return check_proxy(authorization, request, work, buffer_text(&name), ret, ret_store);
        if (buffer_error(&name) < 0)
                return authorization_reply_unauthorized(authorization, request);
        if (!authorization->options.basic_without_tls && !http_request_is_private(request))
                return authorization_reply_not_private(authorization, request);
        return check_basic(authorization, request, work, ret, ret_store);
}

int authorization_check(Authorization *authorization, HttpRequest *request, HttpWork work, Login *ret,
                Store **ret_store)
{
        Store *store = NULL;
        int r = find_account(authorization, request, work, ret, ret_store ? &store : NULL);
        if (r == 0 && ret_store)
                *ret_store = store;
        else if (store)
                store_pool_give(authorization->pool, store);
        return r;
}

int authorization_check_form(Authorization *authorization, HttpRequest *request, const char *name,
                const char *password, Login *ret, usec_t *ret_wait)
{
        Attempt attempt = {
                .authorization = authorization,
                .request = request,
                .name = name,
                .password = password,
                .work = HTTP_WORK_WAITS,
                .ret_wait = ret_wait,
        };
        if (strlen(name) + strlen(password) >= BASIC_MAX_BYTES)
                return AUTHORIZATION_E_REFUSED;
        if (!authorization->options.basic_without_tls && !http_request_is_private(request))
                return authorization_reply_not_private(authorization, request);
        return check_attempt(&attempt, ret, NULL);
}

/* A try is counted before it is made, so that many at once do not pass the limit. */
int authorization_check_code(Authorization *authorization, HttpRequest *request, Store *store,
                const char *account, const char *code, usec_t *ret_wait)
{
        Attempt attempt = { .request = request, .now = clock_monotonic() };
        account_login(account, attempt.login);
        *ret_wait = login_limit_wait(authorization->codes, attempt.login, attempt.now);
        if (*ret_wait > 0)
                return AUTHORIZATION_E_WAIT;
        login_limit_fail(authorization->codes, attempt.login, attempt.now);
        int r = second_factor_check(store, account, code, clock_now(authorization->options.clock));
        if (r == 0)
                login_limit_forget(authorization->codes, attempt.login);
        if (r != SECOND_FACTOR_E_WRONG)
                return r;
        describe_client(&attempt);
        log_failure(attempt.client, attempt.login);
        return AUTHORIZATION_E_REFUSED;
}
