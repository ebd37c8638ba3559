namespace Actions.Shared.Validation.Graph;

/// <summary>
/// Finds objects that get in each other's way because they end up in one cluster: those of one rendering; of plain files only those of one folder
/// or of a folder and one below it, because folders side by side are often variants (staging and production).
/// </summary>
/// <typeparam name="TKey">What must not occur twice.</typeparam>
internal sealed class ClashIndex<TKey>
    where TKey : notnull
{
    private readonly Dictionary<(TKey Key, string Unit), Places> _places = [];

    /// <summary>Adds an object under <paramref name="key"/>; gives the first one that it clashes with, else null.</summary>
    public GraphObject? Add(TKey key, GraphObject item)
    {
        if (!_places.TryGetValue((key, item.Unit), out var places))
        {
            _places[(key, item.Unit)] = new Places(item);
            return null;
        }

        return places.Add(item);
    }

    private sealed class Places(GraphObject only)
    {
        private Dictionary<string, GraphObject>? _folders;

        // The folders above those, by the first object below each.
        private Dictionary<string, GraphObject>? _above;

        public GraphObject? Add(GraphObject item)
        {
            if (item.Unit.Length > 0)
            {
                return only;
            }

            if (_folders is null || _above is null)
            {
                (_folders, _above) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
                Remember(only, _folders, _above);
            }

            var earlier = _above.GetValueOrDefault(item.Folder);
            for (var folder = item.Folder; earlier is null; folder = Up(folder))
            {
                earlier = _folders.GetValueOrDefault(folder);
                if (folder.Length == 0)
                {
                    break;
                }
            }

            Remember(item, _folders, _above);
            return earlier;
        }

        private static void Remember(GraphObject item, Dictionary<string, GraphObject> folders, Dictionary<string, GraphObject> above)
        {
            folders.TryAdd(item.Folder, item);
            for (var folder = item.Folder; folder.Length > 0;)
            {
                folder = Up(folder);
                above.TryAdd(folder, item);
            }
        }

        private static string Up(string folder) => folder[..(folder.LastIndexOf('/', folder.Length - 2) + 1)];
    }
}
