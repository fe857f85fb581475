/*
 * A Maildir. A delivered message is in new/; a message that was read is in cur/, with its flags after
 * ":2,".
 */

#include "mail/mailbox-internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SCHEME "maildir:"
#define SEEN   ":2,S"

enum { NAMES_MAX = 100000 };

typedef struct Maildir {
        DIR *fresh; /* new/ */
        int cur;
} Maildir;

static int check(const MailboxOptions *options, InputError *ret_error)
{
        if (options->url[strlen(SCHEME)] == '/')
                return 0;
        input_error_set(ret_error, 0, "mailbox", "must have an absolute path behind maildir:");
        return -EINVAL;
}

static int fault(const MailboxSession *session, int condition, const char *what, int error)
{
        return mailbox_fault(session, condition, "%s: %s: %s", session->options->url, what, strerror(error));
}

/* Return: a descriptor, or -1 with errno. */
static int open_directory(int base, const char *name)
{
        return openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_maildir(MailboxSession *session)
{
        Maildir *maildir = calloc(1, sizeof(*maildir));
        if (!maildir)
                return -ENOMEM;
        session->state = maildir;
        maildir->cur = -1;
        CLEANUP(cleanup_close) int base = open_directory(AT_FDCWD, session->options->url + strlen(SCHEME));
        if (base < 0)
                return fault(session, MAILBOX_E_FAILED, "cannot be opened", errno);
        int fresh = open_directory(base, "new");
        if (fresh < 0 || !(maildir->fresh = fdopendir(fresh)))
                return fault(session, MAILBOX_E_FAILED, "new/ cannot be opened", errno);
        maildir->cur = open_directory(base, "cur");
        return maildir->cur < 0 ? fault(session, MAILBOX_E_FAILED, "cur/ cannot be opened", errno) : 0;
}

/* Sorts by name, because a name begins with the time of delivery. */
static int compare(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int list(MailboxSession *session, GPtrArray *names)
{
        Maildir *maildir = session->state;
        const struct dirent *entry;
        errno = 0;
        while (names->len < NAMES_MAX && (entry = readdir(maildir->fresh)))
                if (entry->d_name[0] != '.')
                        g_ptr_array_add(names, g_strdup(entry->d_name));
        if (errno != 0)
                return fault(session, MAILBOX_E_FAILED, "new/ cannot be read", errno);
        g_ptr_array_sort(names, compare);
        return 0;
}

static int about(const MailboxSession *session, const char *what, int error)
{
        return error == ENOENT ? MAILBOX_E_GONE : fault(session, MAILBOX_E_MESSAGE, what, error);
}

static int read_whole(int fd, Buffer *out)
{
        char bytes[16384];
        while (out->len < MAILBOX_MESSAGE_MAX_BYTES) {
                size_t room = MAILBOX_MESSAGE_MAX_BYTES - out->len;
                ssize_t n = read(fd, bytes, room < sizeof(bytes) ? room : sizeof(bytes));
                if (n < 0)
                        return -errno;
                if (n == 0)
                        break;
                buffer_append(out, bytes, (size_t)n);
        }
        return buffer_error(out);
}

/*
 * Reads a message. The directory may contain anything, so links are not followed, and a FIFO is opened
 * without waiting.
 */
static int fetch(MailboxSession *session, const char *name, Buffer *out)
{
        const Maildir *maildir = session->state;
        struct stat status;
        CLEANUP(cleanup_close)
        int fd = openat(dirfd(maildir->fresh), name,
                        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &status) < 0)
                return about(session, "a message in new/ cannot be opened", errno);
        if (!S_ISREG(status.st_mode))
                return about(session, "something in new/ is no message", EINVAL);
        int r = read_whole(fd, out);
        return r < 0 ? about(session, "a message in new/ cannot be read", -r) : 0;
}

static int remove_message(MailboxSession *session, const char *name)
{
        const Maildir *maildir = session->state;
        return unlinkat(dirfd(maildir->fresh), name, 0) < 0
                               ? about(session, "a message in new/ cannot be removed", errno)
                               : 0;
}

/* Moves a message to cur/. Drops the part of its name after a colon, which would be read as flags there. */
static int mark(MailboxSession *session, const char *name)
{
        const Maildir *maildir = session->state;
        char seen[NAME_MAX + 1];
        int len = (int)strcspn(name, ":");
        if (snprintf(seen, sizeof(seen), "%.*s" SEEN, len, name) >= (int)sizeof(seen))
                return about(session, "a message in new/ has too long a name", ENAMETOOLONG);
        return renameat2(dirfd(maildir->fresh), name, maildir->cur, seen, RENAME_NOREPLACE) < 0
                               ? about(session, "a message cannot be moved to cur/", errno)
                               : 0;
}

static int finish(MailboxSession *session)
{
        (void)session;
        return 0;
}

static void close_maildir(MailboxSession *session)
{
        Maildir *maildir = session->state;
        if (!maildir)
                return;
        if (maildir->fresh)
                closedir(maildir->fresh);
        cleanup_close(&maildir->cur);
        free(maildir);
}

const MailboxKind mailbox_maildir = {
        .schemes = { SCHEME },
        .check = check,
        .open = open_maildir,
        .list = list,
        .fetch = fetch,
        .remove = remove_message,
        .mark = mark,
        .finish = finish,
        .close = close_maildir,
};
