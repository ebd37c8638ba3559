namespace Actions.Shared.Clusters.Connection;

/// <summary>Whom requests are made as, by the account that is authenticated and may impersonate.</summary>
/// <param name="User">Name of the user (<c>as</c>).</param>
/// <param name="Groups">Groups of the user (<c>as-groups</c>).</param>
/// <param name="Uid">UID of the user (<c>as-uid</c>); null for none.</param>
/// <param name="Extra">Further attributes of the user (<c>as-user-extra</c>).</param>
public sealed record Impersonation(
    string User, IReadOnlyList<string> Groups, string? Uid, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra);
