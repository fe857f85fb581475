#include "dav/account-page.h"

#include "base/text.h"
#include "dav/strings.h"
#include "store/account-right.h"
#include "store/object.h"

#include <string.h>

typedef struct AccountPage {
        Store *store;
        const Login *login;
        const Account *account;
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

static int append_collection(const Collection *collection, void *userdata)
{
        const AccountPage *page = userdata;
        const DavStrings *strings = page->strings;
        AccountAccess access;
        int r = account_access(page->store, page->account, collection->name, &access);
        if (r != 0 || access == ACCOUNT_NO_ACCESS)
                return r;
        bool writes = access == ACCOUNT_WRITE && !page->login->read_only;
        const char *pattern = collection->is_cards ? writes ? strings->addressbook_write
                                                            : strings->addressbook_read
                              : writes             ? strings->calendar_write
                                                   : strings->calendar_read;
        return append_line(page, pattern,
                        TEXT_ARGUMENTS({ "name",
                                        collection->owner[0] ? collection->segment : collection->name, 0 }));
}

int account_page_write(Store *store, const Login *login, const char *language, Buffer *out)
{
        Account account;
        int r = account_get(store, login->name, &account);
        if (r != 0)
                return r;
        AccountPage page = { store, login, &account, dav_strings(language_of(language)), language, out };
        r = append_head(&page);
        if (r == 0)
                r = collection_each(store, append_collection, &page);
        explicit_bzero(account.password, sizeof(account.password));
        return r != 0 ? r : buffer_error(out);
}
