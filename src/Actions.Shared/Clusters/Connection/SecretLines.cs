namespace Actions.Shared.Clusters.Connection;

/// <summary>Masks what a kubeconfig or a manifest of a Secret holds before it is understood, so that no message about it can show a secret.</summary>
internal static class SecretLines
{
    private static readonly string[] Keys =
        ["token", "client-key-data", "password", "id-token", "access-token", "refresh-token", "client-secret"];

    /// <summary>Masks the values of lines such as <c>token: …</c>, whatever the text is otherwise.</summary>
    public static void Mask(string text, Action<string> mask)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var start = line.TrimStart(" \t-\"'{,");
            var colon = start.IndexOf(':');
            if (colon <= 0)
                continue;
            var key = start[..colon].TrimEnd(" \"'");
            var value = start[(colon + 1)..].Trim(" \t\"',}");
            foreach (var secret in Keys)
            {
                if (!key.Equals(secret, StringComparison.OrdinalIgnoreCase) || value.IsEmpty)
                    continue;
                mask(value.ToString());
                break;
            }
        }
    }

    /// <summary>Masks a private key: the base64 text that it came from, and its own lines without those that every key has.</summary>
    public static void MaskPem(string pem, Action<string> mask)
    {
        foreach (var line in pem.AsSpan().EnumerateLines())
        {
            if (!line.IsEmpty && !line.StartsWith("-----"))
                mask(line.ToString());
        }
    }
}
