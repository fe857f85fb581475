#include "dav/account-page.h"

#include "base/text.h"
#include "dav/addresses.h"
#include "dav/strings.h"

#include <string.h>

typedef struct AccountPage {
        const Login *login;
        const DavStrings *strings;
        const char *language;
        Buffer *out;
} AccountPage;

static const char *role_word(const DavStrings *strings, AccountRole role)
{
        return role == ACCOUNT_ADMIN    ? strings->admin
               : role == ACCOUNT_EDITOR ? strings->editor
                                        : strings->reader;
}

static int append_line(const AccountPage *page, const char *pattern, const TextArgument *arguments)
{
        int r = text_message(page->out, page->language, pattern, arguments);
        buffer_putc(page->out, '\n');
        return r;
}

static int append_head(const AccountPage *page)
{
        const DavStrings *strings = page->strings;
        int r = append_line(page, strings->signed_in,
                        TEXT_ARGUMENTS({ "name", page->login->name, 0 },
                                        { "role", role_word(strings, page->login->role), 0 }));
        return r != 0 || !page->login->read_only ? r : append_line(page, strings->reads_only, NULL);
}

static int append_address(const DavAddress *address, void *userdata)
{
        const AccountPage *page = userdata;
        const DavStrings *strings = page->strings;
        const Collection *collection = address->collection;
        bool writes = address->access == ACCOUNT_WRITE && !page->login->read_only;
        const char *pattern = collection->is_cards ? writes ? strings->addressbook_write
                                                            : strings->addressbook_read
                              : writes             ? strings->calendar_write
                                                   : strings->calendar_read;
        int r = append_line(page, pattern, TEXT_ARGUMENTS({ "name", address->title, 0 }));
        buffer_printf(page->out, "    %s\n", address->url);
        return r;
}

int account_page_write(
                Store *store, const Login *login, const char *base_url, const char *language, Buffer *out)
{
        Account account;
        int r = account_get(store, login->name, &account);
        if (r != 0)
                return r;
        AccountPage page = { login, dav_strings(language_of(language)), language, out };
        r = append_head(&page);
        if (r == 0)
                r = addresses_each(store, &account, base_url, language_of(language), append_address, &page);
        explicit_bzero(account.password, sizeof(account.password));
        return r != 0 ? r : buffer_error(out);
}
