namespace Actions.Shared.Validation.Graph;

/// <summary>
/// Objects by two words (kind and name, label and value), looked up from where another object stands: the nearest come first.
/// Filled in the order of units and files, so that a folder with all below it is one stretch of each list.
/// </summary>
internal sealed class PlaceIndex
{
    private const string Everywhere = "*";
    private const string Unsaid = "";

    private static readonly List<GraphObject> None = [];

    private readonly Dictionary<Key, List<GraphObject>> _lists = [];

    /// <summary>Adds an object; objects come in the order of their units, files and places.</summary>
    public void Add(string first, string second, GraphObject item)
    {
        Add(new(first, second, item.Namespace ?? Unsaid), item);
        Add(new(first, second, Everywhere), item);
    }

    /// <summary>The objects under the two words that are in <paramref name="ns"/> or may be; null stands for any namespace.</summary>
    public Candidates In(string? ns, string first, string second) => ns is null
        ? new([List(first, second, Everywhere)])
        : new([List(first, second, ns), List(first, second, Unsaid)]);

    private List<GraphObject> List(string first, string second, string ns) => _lists.GetValueOrDefault(new(first, second, ns)) ?? None;

    private void Add(Key key, GraphObject item)
    {
        if (!_lists.TryGetValue(key, out var list))
        {
            _lists[key] = list = [];
        }

        list.Add(item);
    }

    /// <summary>What a look-up gives before nearness and the rest of the question are considered.</summary>
    /// <param name="Lists">The objects, each list in the order of units, files and places.</param>
    public readonly record struct Candidates(List<GraphObject>[] Lists)
    {
        /// <summary>How many there are.</summary>
        public int Count
        {
            get
            {
                var count = 0;
                foreach (var list in Lists)
                {
                    count += list.Count;
                }

                return count;
            }
        }

        /// <summary>The objects of both; they must have none in common.</summary>
        public static Candidates operator +(Candidates left, Candidates right) => new([.. left.Lists, .. right.Lists]);

        /// <summary>
        /// Those that <paramref name="from"/> sees nearest of all that are accepted: of its own unit; among plain files those of its folder, then of
        /// the next folder up, and so on; plain files; units that are no variants of its own.
        /// </summary>
        public IReadOnlyList<GraphObject> Nearest(GraphObject from, Func<GraphObject, bool> accepts)
        {
            if (Count == 0)
            {
                return [];
            }

            var hits = new List<GraphObject>();
            if (from.Unit.Length > 0)
            {
                Take(hits, from.Unit, "", accepts);
            }

            for (var folder = from.Unit.Length > 0 ? "" : from.Folder; hits.Count == 0; folder = Up(folder))
            {
                Take(hits, "", folder, accepts);
                if (folder.Length == 0)
                {
                    break;
                }
            }

            if (hits.Count == 0)
            {
                hits.AddRange(Lists.SelectMany(static l => l).Where(o => o.Unit.Length > 0 && o.Unit != from.Unit && from.Sees(o) && accepts(o)));
            }

            return hits;
        }

        private void Take(List<GraphObject> hits, string unit, string folder, Func<GraphObject, bool> accepts)
        {
            foreach (var list in Lists)
            {
                for (var i = FirstIn(list, unit, folder); i < list.Count && Compare(list[i], unit, folder) == 0; i++)
                {
                    if (accepts(list[i]))
                    {
                        hits.Add(list[i]);
                    }
                }
            }
        }

        private static int FirstIn(List<GraphObject> list, string unit, string folder)
        {
            var (low, high) = (0, list.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = Compare(list[middle], unit, folder) < 0 ? (middle + 1, high) : (low, middle);
            }

            return low;
        }

        /// <summary>Whether an object comes before (negative), in (zero) or after the objects of a folder of a unit.</summary>
        private static int Compare(GraphObject item, string unit, string folder)
        {
            var order = string.CompareOrdinal(item.Unit, unit);
            return order != 0 ? order : item.File.StartsWith(folder, StringComparison.Ordinal) ? 0 : string.CompareOrdinal(item.File, folder);
        }

        private static string Up(string folder) => folder[..(folder.LastIndexOf('/', folder.Length - 2) + 1)];
    }

    private readonly record struct Key(string First, string Second, string Namespace);
}
