-- seqwarden: the short form of seqwarden.sync for {{title}}: no argument, no answer, forward only.
begin
{{calls}}
end
