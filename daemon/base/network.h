#pragma once

/*
 * Network addresses and the networks they lie in (`10.0.0.0/8`, `2001:db8::/32`, one address alone). An
 * IPv4 address mapped into IPv6 is that IPv4 address.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

enum { ADDRESS_TEXT_BYTES = INET6_ADDRSTRLEN };

typedef struct Address {
        int family; /* AF_INET or AF_INET6; AF_UNIX for a peer on this machine, which has no number */
        unsigned char bytes[16];
} Address;

typedef struct Network {
        Address address;
        int bits;
} Network;

/** address_parse() - numbers only. Return: 0 or -EINVAL. */
int address_parse(const char *text, Address *ret);
/** address_of() - of a socket. Return: 0, or -EINVAL for one of another family. */
int address_of(const struct sockaddr *socket_address, Address *ret);
void address_format(const Address *address, char ret[static ADDRESS_TEXT_BYTES]);

/** network_parse() - Return: 0 or -EINVAL (also for bits beyond the mask: 10.0.0.1/8). */
int network_parse(const char *text, Network *ret);
bool network_has(const Network *network, const Address *address);
