namespace Actions.Shared.Validation.Rules.Workloads;

/// <summary>
/// Names of the IANA time zone database, as far as they can be told without the database, which grows: the area must be one that there is, spelled exactly so,
/// and the rest must look like a name.
/// </summary>
internal static class TimeZoneName
{
    private static readonly HashSet<string> Areas = new(StringComparer.Ordinal)
    {
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Brazil", "Canada", "Chile", "Etc", "Europe", "Indian", "Mexico", "Pacific", "US",
    };

    private static readonly HashSet<string> WithoutArea = new(StringComparer.Ordinal)
    {
        "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "Factory", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0", "GMT0", "Greenwich", "HST", "Hongkong",
        "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya", "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal",
        "ROC", "ROK", "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET", "Zulu",
    };

    /// <summary>Whether <paramref name="name"/> may be a name of the database.</summary>
    public static bool IsValid(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? WithoutArea.Contains(name)
            : Areas.Contains(name[..slash]) && name[(slash + 1)..].Split('/') is { Length: <= 2 } places && places.All(IsPlace);
    }

    private static bool IsPlace(string place) =>
        place.Length > 0 && (char.IsAsciiLetterUpper(place[0])) && place.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+');
}
