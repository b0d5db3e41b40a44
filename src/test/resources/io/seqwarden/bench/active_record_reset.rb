# What ActiveRecord's reset_pk_sequence! does for every table.
#
# Arguments: host, port, database, user, how many tables t1, t2, ... there are. Prints the seconds
# that it took, without the time that ActiveRecord needs to start.
require "active_record"

host, port, database, user, tables = ARGV
ActiveRecord::Base.establish_connection(
  adapter: "postgresql", host: host, port: port.to_i, database: database, username: user
)
connection = ActiveRecord::Base.connection
begin_at = Process.clock_gettime(Process::CLOCK_MONOTONIC)
(1..tables.to_i).each { |number| connection.reset_pk_sequence!("t#{number}") }
puts Process.clock_gettime(Process::CLOCK_MONOTONIC) - begin_at
