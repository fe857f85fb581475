/*
 * Preloaded into the daemon (LD_PRELOAD), for tests of what takes ten minutes or a megabyte otherwise:
 *
 *     HURRY_SECONDS=1      libcurl waits so long for a reply; what it was told is printed
 *     HURRY_NARROW=4096    so many octets of what goes to a server are the kernel's at the most
 */

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* The macro checks the types of arguments that are not known here. */
#undef curl_easy_setopt

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...)
{
        const char *seconds = getenv("HURRY_SECONDS");
        va_list arguments;
        va_start(arguments, option);
        void *value = va_arg(arguments, void *);
        va_end(arguments);
        if (seconds && option == CURLOPT_SERVER_RESPONSE_TIMEOUT)
                fprintf(stderr, "a reply may take %ld seconds\n", (long)value);
        if (seconds && (option == CURLOPT_SERVER_RESPONSE_TIMEOUT || option == CURLOPT_LOW_SPEED_TIME))
                return REAL(curl_easy_setopt)(handle, option, strtol(seconds, NULL, 10));
        return REAL(curl_easy_setopt)(handle, option, value);
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
        const char *narrow = getenv("HURRY_NARROW");
        int size = narrow ? (int)strtol(narrow, NULL, 10) : 0;
        if (narrow && address->sa_family == AF_INET)
                setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
        return REAL(connect)(fd, address, len);
}
