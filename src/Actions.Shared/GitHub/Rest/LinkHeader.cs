namespace Actions.Shared.GitHub.Rest;

/// <summary>Reads <c>Link</c> headers (RFC 8288): <c>&lt;address&gt;; rel="next", …</c>.</summary>
internal static class LinkHeader
{
    /// <summary>The address of the next page; null if there is none.</summary>
    public static string? Next(string header)
    {
        for (var rest = header.AsSpan(); ;)
        {
            var open = rest.IndexOf('<');
            if (open < 0)
                return null;
            rest = rest[(open + 1)..];
            var close = rest.IndexOf('>');
            if (close < 0)
                return null;
            var address = rest[..close];
            rest = rest[(close + 1)..];

            // Parameters go on to the next address; a comma inside of one does not matter for the one that we look for.
            var next = rest.IndexOf('<');
            var parameters = next < 0 ? rest : rest[..next];
            foreach (var range in parameters.SplitAny(';', ','))
            {
                var parameter = parameters[range].Trim();
                if (parameter.StartsWith("rel=", StringComparison.OrdinalIgnoreCase)
                    && parameter[4..].Trim('"').Equals("next", StringComparison.OrdinalIgnoreCase))
                {
                    return address.ToString();
                }
            }
        }
    }
}
