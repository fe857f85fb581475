#include "base/secret.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { PASSWORD_MAX_BYTES = 4096 };

int secret_read(const char *path, char **ret)
{
        size_t len;
        if (!path[0])
                return 0;
        int r = file_read(path, PASSWORD_MAX_BYTES, ret, &len);
        if (r == 0)
                (*ret)[strcspn(*ret, "\r\n")] = '\0';
        return r;
}

void secret_forget(char **password)
{
        if (*password)
                explicit_bzero(*password, strlen(*password));
        free(*password);
}
