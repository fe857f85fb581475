#include "schedule/user.h"

#include "base/url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char ACCOUNT[] = "account:", MAILTO[] = "mailto:", PRINCIPALS[] = "/dav/principals/";

bool schedule_is_on(const Config *config)
{
        return config->mail.deliver && config->scheduling.automatic;
}

void schedule_user_of_login(const char *login, char ret[static ITIP_USER_SIZE])
{
        snprintf(ret, ITIP_USER_SIZE, "%s%s", ACCOUNT, login);
}

const char *schedule_login(const char *user)
{
        return strncmp(user, ACCOUNT, strlen(ACCOUNT)) == 0 ? user + strlen(ACCOUNT) : NULL;
}

/* The domain of the office's mail or, without one, the host of its addresses. */
static const char *domain_of(const Config *config, size_t *ret_len)
{
        const char *from = config->mail.from ? config->mail.from : "";
        const char *at = strrchr(from, '@');
        const char *scheme = strstr(config->http.base_url, "://");
        const char *domain = at ? at + 1 : scheme ? scheme + 3 : "localhost";
        *ret_len = strcspn(domain, at ? "> \t" : ":/");
        return domain;
}

int schedule_own_mail(Store *store, const char *login, char ret[static ADDRESS_SIZE])
{
        Account account;
        int r = account_get(store, login, &account);
        explicit_bzero(account.password, sizeof(account.password));
        snprintf(ret, ADDRESS_SIZE, "%s", r == 0 ? account.mail : "");
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int schedule_mail(const ScheduleWork *work, const char *login, char ret[static ADDRESS_SIZE])
{
        size_t len;
        const char *domain = domain_of(work->config, &len);
        int r = schedule_own_mail(work->store, login, ret);
        if (r == 0 && !ret[0])
                snprintf(ret, ADDRESS_SIZE, "%s@%.*s", login, (int)len, domain);
        return r;
}

/* The name in the address of a principal; false for another address. */
static bool read_principal(const char *address, char ret[static ACCOUNT_NAME_SIZE])
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(ACCOUNT_NAME_SIZE);
        const char *found = strstr(address, PRINCIPALS);
        if (!found)
                return false;
        found += strlen(PRINCIPALS);
        if (!url_unescape(&name, found, strcspn(found, "/")) || buffer_error(&name))
                return false;
        snprintf(ret, ACCOUNT_NAME_SIZE, "%s", buffer_text(&name));
        return true;
}

/* The name in a mail address of the office's domain; false for another address. */
static bool read_name(const Config *config, const char *mail, char ret[static ACCOUNT_NAME_SIZE])
{
        char folded[ADDRESS_SIZE], domain[ADDRESS_SIZE];
        size_t len;
        const char *at = strrchr(mail, '@'), *own = domain_of(config, &len);
        if (!at || (size_t)(at - mail) >= ACCOUNT_NAME_SIZE)
                return false;
        snprintf(domain, sizeof(domain), "x@%.*s", (int)len, own);
        address_fold(domain, folded);
        if (strcmp(at, folded + 1) != 0)
                return false;
        snprintf(ret, ACCOUNT_NAME_SIZE, "%.*s", (int)(at - mail), mail);
        return true;
}

int schedule_user(const char *address, char ret[static ITIP_USER_SIZE], void *userdata)
{
        const ScheduleWork *work = userdata;
        char name[ACCOUNT_NAME_SIZE], login[ACCOUNT_NAME_SIZE];
        Account account;
        int r = itip_address_user(address, ret, NULL);
        if (r != 0)
                return r;
        bool is_mail = strncmp(ret, MAILTO, strlen(MAILTO)) == 0;
        bool may_be_own = is_mail ? read_name(work->config, ret + strlen(MAILTO), name)
                                  : read_principal(ret, name);
        r = is_mail ? account_find_mail(work->store, ret + strlen(MAILTO), &account) : STORE_E_NOT_FOUND;
        if (r == STORE_E_NOT_FOUND && may_be_own)
                r = account_get(work->store, name, &account);
        explicit_bzero(account.password, sizeof(account.password));
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        account_login(account.name, login);
        schedule_user_of_login(login, ret);
        return 0;
}

bool schedule_is_address(const Config *config, const char *login, const char *own, const char *address)
{
        char user[ITIP_USER_SIZE], name[ACCOUNT_NAME_SIZE], found[ACCOUNT_NAME_SIZE], folded[ADDRESS_SIZE];
        itip_address_user(address, user, NULL);
        address_fold(own, folded);
        bool is_mail = strncmp(user, MAILTO, strlen(MAILTO)) == 0;
        if (is_mail && folded[0] && strcmp(user + strlen(MAILTO), folded) == 0)
                return true;
        if (!(is_mail ? read_name(config, user + strlen(MAILTO), name) : read_principal(user, name)))
                return false;
        account_login(name, found);
        return strcmp(found, login) == 0;
}
