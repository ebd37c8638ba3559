namespace Actions.Shared.Manifests;

/// <summary>Lets equal short strings share one object. A lossy cache: never wrong, of bounded size. Not for several threads.</summary>
internal sealed class StringPool
{
    private const int Slots = 2048;
    private const int LongestShared = 40;

    private readonly string?[] _slots = new string?[Slots];

    public string Share(string text) => text.Length is 0 or > LongestShared ? text : Share(text, text);

    /// <summary>The same without making a string first.</summary>
    public string Share(ReadOnlySpan<char> text) => text.Length switch
    {
        0 => "",
        > LongestShared => text.ToString(),
        _ => Share(text, null),
    };

    private string Share(ReadOnlySpan<char> text, string? known)
    {
        var hash = (uint)text.Length;
        foreach (var c in text)
        {
            hash = (hash * 31) + c;
        }

        ref var slot = ref _slots[(hash ^ (hash >> 15)) % Slots];
        return slot is not null && text.SequenceEqual(slot) ? slot : slot = known ?? text.ToString();
    }
}
