namespace Actions.Shared.Manifests;

/// <summary>Lets equal short strings share one object. A lossy cache: never wrong, of bounded size. Not for several threads.</summary>
internal sealed class StringPool
{
    private const int Slots = 2048;
    private const int LongestShared = 40;

    private readonly string?[] _slots = new string?[Slots];

    public string Share(string text)
    {
        if (text.Length is 0 or > LongestShared)
        {
            return text;
        }

        var hash = (uint)text.Length;
        foreach (var c in text)
        {
            hash = (hash * 31) + c;
        }

        ref var slot = ref _slots[(hash ^ (hash >> 15)) % Slots];
        if (slot is not null && string.Equals(slot, text, StringComparison.Ordinal))
        {
            return slot;
        }

        return slot = text;
    }
}
