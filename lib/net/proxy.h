/* proxy: the hosts that are reached without a proxy (no_proxy, NO_PROXY). */
#ifndef NET_PROXY_H
#define NET_PROXY_H

/*
 * The list for libcurl, which reads the variables itself but does not know "*.DOMAIN": that becomes
 * ".DOMAIN". To be freed. NULL: no change is needed.
 */
char *proxy_exceptions(void);

#endif
