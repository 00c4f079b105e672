// SPDX-License-Identifier: Apache-2.0
// The compiled part of Asio and Beast, once for this library. The same lines as in the simulated
// server's: a program that links both statically then takes them from one of the two.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
