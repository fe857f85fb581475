#include "mail/bare-address.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int bare_address(const char *mailbox, char *ret, size_t size)
{
        const char *start = strrchr(mailbox, '<');
        start = start ? start + 1 : mailbox;
        int len = (int)strcspn(start, ">");
        return snprintf(ret, size, "%.*s", len, start) < (int)size ? 0 : -ENAMETOOLONG;
}
